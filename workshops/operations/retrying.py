"""Once more from the beginning, for a transaction that met another one only as it ended.

PostgreSQL looks at foreign keys at COMMIT: a row written while its person is being erased spoils one of
the two transactions, whichever ends later. No lock could prevent it that wouldn't also hold up every mail.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

_TRIES = 3
# SQLSTATE: foreign_key_violation, serialization_failure, deadlock_detected; and unique_violation: somebody
# made the row that we were about to make, and it was erased again before we could take theirs.
_MET_SOMEONE = frozenset(("23503", "40001", "40P01", "23505"))


def tried_again(operation: Callable[P, R]) -> Callable[P, R]:
    """Stands above `@transaction.atomic`. The operation must look at the database anew each time.

    Inside a caller's transaction nothing is tried again: it is spoilt as a whole.
    """

    @functools.wraps(operation)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        for _try in range(_TRIES - 1):
            try:
                return operation(*args, **kwargs)
            except (IntegrityError, OperationalError) as error:
                met_someone = getattr(error.__cause__, "sqlstate", None) in _MET_SOMEONE
                if not met_someone or connection.in_atomic_block:
                    raise
        return operation(*args, **kwargs)

    return wrapped
