"""Staff read sentences: every code that can stand in `outcome_code` has words."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import notifications
from notifications import audiences, claims, ledger, owed_minutes, results, smtp, verdicts, wanted
from notifications.models import Delivery
from notifications.views.deliveries import REASONS

PACKAGE = Path(notifications.__file__).parent


def _named_in_the_code() -> Iterator[str]:
    """What is written as `outcome_code="…"`, or as the code of a `Verdict`, anywhere in the package."""
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "migrations":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            values = [each.value for each in node.keywords if each.arg == "outcome_code"]
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            values += node.args[1:2] if name == "Verdict" else []
            yield from (each.value for each in values if isinstance(each, ast.Constant))  # type: ignore[misc]


def _strings(tree: ast.AST) -> Iterator[str]:
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return (each for each in found if isinstance(each, str))


def _answered(module: ModuleType) -> Iterator[str]:
    """What the functions of `wanted` return."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Return) and node.value is not None:
            # Only what is returned itself: `return a if b else c`, `return "code"`.
            value = node.value
            branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            for branch in branches:
                if isinstance(branch, ast.Constant):
                    yield from _strings(branch)


def _assigned_in_verdicts() -> Iterator[str]:
    """`status, code = _Status.FAILED, "given_up"`."""
    for node in ast.walk(ast.parse(Path(verdicts.__file__).read_text())):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            yield from _strings(node.value)


def codes() -> set[str]:
    by_conversation = {smtp.Outcome(stage, reply, "").code for stage in smtp.Stage for reply in smtp.Reply}
    constants = {
        Delivery.SIGN_IN_REFUSED,
        Delivery.BOUNCED,
        Delivery.UNREACHABLE,
        ledger.BEFORE_RESTORE,
        claims.HANDING_OVER,
        *(
            fate.value
            for fate in audiences.Fate
            if fate not in (*audiences.GETS_IT, audiences.Fate.NOT_AGREED)
        ),
    }
    answers = {code for module in (wanted, results, owed_minutes) for code in _answered(module)}
    written = {*_named_in_the_code(), *answers, *_assigned_in_verdicts()}
    return (by_conversation | constants | written) - {""}


def test_every_code_has_words() -> None:
    found = codes()

    assert sorted(found - REASONS.keys()) == []
    # The walk itself sees what it should: one code of each place where they are written.
    assert {"worker_died", "given_up", "perhaps_delivered", "broken_mail", "workshop_moved"} <= found
    assert {"minutes_withdrawn", "campaign_stopped", "superseded", "dot_530"} <= found


def test_no_words_are_left_of_codes_that_are_gone() -> None:
    assert sorted(REASONS.keys() - codes()) == []
