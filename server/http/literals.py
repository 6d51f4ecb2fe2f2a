"""Texts and lists that are written in a document: held to what is held of those in variables."""

from collections.abc import Iterator

from graphql import DocumentNode, GraphQLError, ListValueNode, Node, Token, TokenKind, visit
from graphql.language import Visitor

from models.sentences import Sentence
from server.http.error_codes import Code
from server.http.json_body import LONGEST_LIST, LONGEST_TEXT, UNSTORABLE, is_storable

TEXTS = (TokenKind.STRING, TokenKind.BLOCK_STRING)


def refused_literal(tree: DocumentNode) -> GraphQLError | None:
    """The first text that no database stores or that is too long, or the first list that is; `None` where there is none."""
    if tree.loc is None:
        raise TypeError("the document was parsed without its places")
    tokens = list(_tokens(tree.loc.start_token))
    for token in tokens:
        if token.kind in TEXTS and (text := token.value):
            if not is_storable(text):
                return _refused(tree, token.start, Code.BAD_REQUEST, UNSTORABLE)
            if len(text) > LONGEST_TEXT:
                return _refused(
                    tree,
                    token.start,
                    Code.BAD_USER_INPUT,
                    Sentence("A text is longer than {most} characters.", most=LONGEST_TEXT),
                    "text.length",
                )
    return _long_list(tree) if _may_hold_long_list(tokens) else None


def _tokens(token: Token | None) -> Iterator[Token]:
    while token is not None:
        yield token
        token = token.next


def _may_hold_long_list(tokens: list[Token]) -> bool:
    """Whether more tokens stand between two brackets than a list may have items: else the tree need not be walked."""
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind is TokenKind.BRACKET_L:
            opened.append(place)
        elif token.kind is TokenKind.BRACKET_R and opened and place - opened.pop() > LONGEST_LIST:
            return True
    return False


def _long_list(tree: DocumentNode) -> GraphQLError | None:
    found: list[ListValueNode] = []

    class Lists(Visitor):
        def enter_list_value(self, node: ListValueNode, *_: object) -> None:
            if len(node.values) > LONGEST_LIST:
                found.append(node)

    visit(tree, Lists())
    message = Sentence("A list has more than {most} items.", most=LONGEST_LIST)
    return _refused(tree, _start(found[0]), Code.BAD_USER_INPUT, message, "list.length") if found else None


def _start(node: Node) -> int:
    return node.loc.start if node.loc else 0


def _refused(tree: DocumentNode, start: int, code: Code, message: str, rule: str | None = None) -> GraphQLError:
    extensions = {"code": code.value} | ({"rule": rule} if rule else {})
    return GraphQLError(message, source=tree.loc.source if tree.loc else None, positions=[start], extensions=extensions)
