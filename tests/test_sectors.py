"""The sector of an organisation, from its name."""

import pytest

from pipelines.sectors import sector_of


@pytest.mark.parametrize(
    ("name", "sector"),
    [
        ("西安市民政局党组", "民政"),
        ("某县医疗保障局党组", "医疗保障"),
        ("某市第三人民医院党委", "卫生健康"),
        ("某医科大学党委", "教育"),
        ("某县粮食和物资储备中心党组", "粮食"),
        ("某建设集团第二工程有限公司党委", "国有企业"),
        ("某县县委", None),
        ("某镇党委", None),
    ],
)
def test_the_narrowest_word_of_the_name_decides(name: str, sector: str | None) -> None:
    assert sector_of(name) == sector
