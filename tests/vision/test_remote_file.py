"""Addresses as values: what they are, what lies beside them, and what they never show."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.remote_file import RemoteFile, is_address

MANIFEST = "s3://shop/lists/2026/m.csv"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/mug.jpg", True),
        ("https://shop.example/1.jpg", True),
        ("file:///etc/passwd", True),
        ("mug/1.jpg", False),
        ("/photos/1.jpg", False),
        ("C://photos/1.jpg", False),
        ("C:\\photos\\1.jpg", False),
        ("a: //b", False),
        ("", False),
    ],
)
def test_an_address_is_told_from_a_path(text: str, expected: bool) -> None:
    assert is_address(text) is expected


@pytest.mark.parametrize(
    "url",
    [
        "mug.jpg",
        "file:///etc/passwd",
        "local://etc/passwd",
        "zip://x.jpg::s3://bucket/all.zip",
        "simplecache::s3://bucket/x.jpg",
        "git://repository:HEAD@x.jpg",
        "s3:///x.jpg",
        "http://user@/x.jpg",
        "http://good.example\\@evil.example/x.jpg",
        "http://good.example/x\r\nHost: evil.example",
        "s3://bucket/x\0.jpg",
    ],
)
def test_what_is_no_address_of_a_known_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        RemoteFile(url)


def test_user_password_and_query_are_never_shown() -> None:
    secret = RemoteFile("https://ann:pass@shop.example/a/mug.jpg?X-Amz-Signature=abc#part")
    for shown in (str(secret), repr(secret), f"{secret}", str([secret]), secret.name):
        assert not any(word in shown for word in ("ann", "pass", "abc", "Signature"))
    assert str(secret) == "https://shop.example/a/mug.jpg"


@pytest.mark.parametrize(
    ("url", "name", "suffix"),
    [
        ("s3://shop/a/mug.jpg", "mug.jpg", ".jpg"),
        ("s3://shop/a/what?#now.jpg", "what?#now.jpg", ".jpg"),
        ("https://h/a/m.CSV?x=y.png", "m.CSV", ".CSV"),
        ("https://h/a/blue%20mug.jpg", "blue mug.jpg", ".jpg"),
        ("s3://shop.photos/", "shop.photos", ""),
        ("s3://shop", "shop", ""),
        ("https://h/photos/", "photos", ""),
    ],
)
def test_the_name_is_the_last_part_of_the_path(url: str, name: str, suffix: str) -> None:
    assert (RemoteFile(url).name, RemoteFile(url).suffix) == (name, suffix)


@pytest.mark.parametrize(
    ("url", "name", "expected"),
    [
        (MANIFEST, "1.jpg", "s3://shop/lists/2026/1.jpg"),
        (MANIFEST, "./mug//1.jpg", "s3://shop/lists/2026/mug/1.jpg"),
        (MANIFEST, "../../photos/1.jpg", "s3://shop/photos/1.jpg"),
        (MANIFEST, "100% wool?#1.jpg", "s3://shop/lists/2026/100% wool?#1.jpg"),
        ("https://h/l/m.csv?sig=1", "100% wool?#1.jpg", "https://h/l/100%25%20wool%3F%231.jpg"),
        ("https://h/l/m.csv", "caf\u00e9.jpg", "https://h/l/caf%C3%A9.jpg"),
        ("https://h/m.csv", "..\\..\\1.jpg", "https://h/..%5C..%5C1.jpg"),
        ("https://ann:pass@h/m.csv", "1.jpg", "https://ann:pass@h/1.jpg"),
        ("memory://shop/m.csv", "1.jpg", "memory://shop/1.jpg"),
    ],
)
def test_a_name_beside_a_file_is_a_file_name_and_no_piece_of_url(
    url: str, name: str, expected: str
) -> None:
    assert RemoteFile(url).beside(name).url == expected


@pytest.mark.parametrize("name", ["../../../1.jpg", "a/../../../../1.jpg"])
def test_a_name_cannot_lead_out_of_the_bucket(name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        RemoteFile(MANIFEST).beside(name)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_whatever_a_name_holds_it_stays_on_the_server(name: str) -> None:
    manifest = RemoteFile("https://shop.example/a/b/m.csv")
    try:
        file = manifest.beside(name)
    except ValueError:
        return
    assert file.is_at_home_of(manifest)
    assert "?" not in file.url
    assert "#" not in file.url


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("https://shop.example/x.jpg", True),
        ("https://SHOP.example/x.jpg", True),
        ("https://ann:pass@shop.example/x.jpg", True),
        ("http://shop.example/x.jpg", False),
        ("https://shop.example:8443/x.jpg", False),
        ("https://shop.example.evil.example/x.jpg", False),
        ("https://shop.example@evil.example/x.jpg", False),
        ("https://evil.example#@shop.example/x.jpg", False),
        ("https://evil.example?@shop.example/x.jpg", False),
        ("s3://shop.example/x.jpg", False),
    ],
)
def test_home_is_the_same_protocol_server_and_port(other: str, expected: bool) -> None:
    home = RemoteFile("https://shop.example/m.csv")
    assert RemoteFile(other).is_at_home_of(home) is expected


def test_two_spellings_of_a_protocol_are_one() -> None:
    assert RemoteFile("s3a://shop/x.jpg").is_at_home_of(RemoteFile("s3://shop/m.csv"))


def test_it_survives_the_way_to_another_process() -> None:
    file = RemoteFile("s3://shop/x.jpg", redirects=False)
    assert pickle.loads(pickle.dumps(file)) == file
