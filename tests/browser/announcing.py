"""What a screen reader is told without being asked: live regions, read from the accessibility tree."""

import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page


class LiveRegion:
    """One region of the page that is open. It must stay: what is swapped as a whole is read by few programs.

    `politeness` is "polite" or "assertive", as the browser tells assistive programs.
    """

    def __init__(self, page: "Page", selector: str) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("DOM.getDocument")
        found = self._session.send(
            "Runtime.evaluate", {"expression": f"document.querySelector({selector!r})"}
        )
        node = self._session.send("DOM.describeNode", {"objectId": found["result"]["objectId"]})
        self._id: int = node["node"]["backendNodeId"]
        self._selector = selector

    @property
    def politeness(self) -> str:
        return next(
            (
                str(each["value"]["value"])
                for each in self._node(self._nodes()).get("properties", [])
                if each["name"] == "live"
            ),
            "off",
        )

    def said(self) -> str:
        """What the region holds for whoever hears it: hidden words aren't in the tree."""
        nodes = self._nodes()
        return " ".join(" ".join(self._words(self._node(nodes), nodes)).split())

    def wait_until_said(self, words: str, *, seconds: float = 20) -> None:
        """`words` is a pattern."""
        ends = time.monotonic() + seconds
        while not re.search(words, said := self.said()):
            assert time.monotonic() < ends, f"{self._selector} says {said!r}, not {words!r}"
            self._page.wait_for_timeout(100)

    def _nodes(self) -> dict[str, dict[str, Any]]:
        tree = self._session.send("Accessibility.getFullAXTree")["nodes"]
        return {node["nodeId"]: node for node in tree}

    def _node(self, nodes: dict[str, dict[str, Any]]) -> dict[str, Any]:
        found = [node for node in nodes.values() if node.get("backendDOMNodeId") == self._id]
        assert found, f"{self._selector} is gone: another region stands in its place"
        return found[0]

    def _words(self, node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> list[str]:
        if node.get("role", {}).get("value") == "StaticText":
            return [str(node["name"]["value"])]
        children = (nodes[each] for each in node.get("childIds", []) if each in nodes)
        return [words for child in children for words in self._words(child, nodes)]
