"""Nodes filled by form hold what the element holds, whatever stood in the form before."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ...banking.formats.xml_form import Forms, cut
from ...banking.formats.xml_node import TEXT, Node

ATTRIBUTED = frozenset({"a"})
names = st.sampled_from(["a", "b", "c", "p:a", "p:b"])
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=6
) | st.sampled_from(["<", "]]>", "&amp;", '">', "a>b", " ", "\t\n", "."])
elements = st.recursive(
    st.tuples(names, texts, st.just([]), texts),
    lambda inner: st.tuples(names, texts, st.lists(inner, max_size=3), texts),
    max_leaves=12,
)


def tree(description):
    name, text, children, attribute = description
    local = name.rpartition(":")[2]
    element = etree.Element("{urn:p}" + local if ":" in name else local, nsmap={"p": "urn:p"})
    element.text, element.tail = text, attribute
    element.set("Ccy", attribute)
    element.extend(tree(child) for child in children)
    return element


def plainly(element):
    """The node of an element, built the slow way."""
    node = Node()
    for child in element:
        name = child.tag.rpartition("}")[2]
        value = child.text or ""
        if len(child):
            value = plainly(child)
        elif name in ATTRIBUTED:
            value = Node({TEXT: [value], "@Ccy": [child.get("Ccy")]})
        node.setdefault(name, []).append(value)
    return node


def stripped(value):
    if isinstance(value, str):
        return value.strip()
    return {
        name: [v if name.startswith("@") else stripped(v) for v in values]
        for name, values in value.items()
    }


@settings(deadline=None)
@given(st.lists(elements, min_size=1, max_size=4))
def test_a_filled_form_says_what_the_element_says(descriptions):
    forms = Forms(ATTRIBUTED)
    trees = [tree(description) for description in descriptions]
    for _round in range(2):
        filled = [
            forms.fill(etree.tostring(each, encoding="unicode", with_tail=False)) for each in trees
        ]
        assert [stripped(node) for node in filled] == [stripped(plainly(each)) for each in trees]
        forms.reuse()


def test_nodes_handed_out_together_are_apart():
    forms = Forms(frozenset())
    first, second = (forms.fill(f"<r><b>{text}</b></r>") for text in "xy")
    assert (first.text("b"), second.text("b")) == ("x", "y")
    forms.reuse()
    assert forms.fill("<r><b>z</b></r>") is first


def test_character_references_are_read_back():
    assert cut("<r>&lt;&amp;lt;&#13;&#x41;&quot;</r>")[1] == ['<&lt;\rA"']


def test_forms_without_end_do_not_fill_the_memory():
    forms = Forms(frozenset())
    for number in range(2_000):
        assert forms.fill(f"<r><b{number}>x</b{number}></r>").text(f"b{number}") == "x"
        forms.reuse()
    assert len(forms._known) < 500
