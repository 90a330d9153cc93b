"""A refusal carries its words, its mend and the field it is about."""

import pytest

from anlan.kernel.errors import Forbidden, GoneStale, Invalid, NotAllowed, Refused


@pytest.mark.parametrize("kind", [Forbidden, NotAllowed, Invalid, GoneStale])
def test_every_refusal_is_caught_as_one(kind: type[Refused]) -> None:
    with pytest.raises(Refused) as caught:
        raise kind("缺少整改后照片", mend="请补拍一张", field="photo")
    assert caught.value.words == "缺少整改后照片"
    assert caught.value.field == "photo"
    assert str(caught.value) == "缺少整改后照片（请补拍一张）"


def test_without_a_mend_the_words_stand_alone() -> None:
    assert str(Refused("不可办理")) == "不可办理"
