"""A set of addresses does what Python's does."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.seen import AddressSet

ADDRESSES = st.lists(st.text(max_size=3).map(lambda path: f"http://mzj.example.gov.cn/{path}"))


@given(added=ADDRESSES, asked=ADDRESSES)
def test_it_does_what_a_set_of_strings_does(added: list[str], asked: list[str]) -> None:
    seen, reference = AddressSet(), set(added)
    seen.update(added)
    assert len(seen) == len(reference)
    assert [address in seen for address in asked] == [address in reference for address in asked]
