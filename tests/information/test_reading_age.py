"""How easy a page is to read: counted from its text, and never taken from anybody's word."""

import pytest

from selfcare.information import reading_age
from selfcare.information.reading_age import TooShort

EASY = (
    "Your kidneys clean your blood. They also make a hormone that tells your body to make red blood cells. When your "
    "kidneys do not work well, you may feel tired. You may also look pale. A blood test shows how much iron you have. "
    "Your nurse will tell you what the test shows. You can ask for a copy. Eat food with iron in it, such as beans, "
    "eggs, meat and green leaves. Do not drink tea with your meals, as tea makes it hard for your body to take in the "
    "iron. If you take iron tablets, take them with a glass of juice. They can make you feel sick. Tell your nurse if "
    "they do. She can give you another kind."
)
HARD = (
    "Haemoglobin A1c reflects average plasma glucose over the previous eight to twelve weeks. It can be performed at "
    "any time of the day and does not require any special preparation such as fasting. These properties have made it "
    "the preferred test for assessing glycaemic control in people with diabetes. More recently, there has been "
    "substantial interest in using it as a diagnostic test for diabetes and as a screening test for persons at high "
    "risk of diabetes. Owing in large part to the inconvenience of measuring fasting plasma glucose levels or "
    "performing an oral glucose tolerance test, and day-to-day variability in glucose, an alternative to glucose "
    "measurements for the diagnosis of diabetes has long been sought."
)


def test_an_easy_and_a_hard_passage_and_one_that_is_too_short() -> None:
    """Alone catches: letters, words or sentences counted otherwise than the two formulas say (ages checked by hand with
    another program: school years 0.9 and 3.1, and 14.3 and 13.1), an age from a few words, and one that white space,
    bullets or ligatures change.
    """
    assert (reading_age.measure(EASY).age, reading_age.measure(EASY).words) == (7, 123)
    assert reading_age.measure(HARD).age == reading_age.OLDEST
    assert reading_age.measure(EASY.replace(". ", ".\r\n\r\n- ")) == reading_age.measure(EASY)
    assert reading_age.measure(EASY.replace(" ", "\u00a0\t ")) == reading_age.measure(EASY)
    apart = "Find five firm fishes first. " * 25
    assert reading_age.measure(apart.replace("fi", "ﬁ")) == reading_age.measure(apart)
    for text, words in (("", 0), ("One, two. Three!", 3), (" ".join(EASY.split()[:99]), 99)):
        with pytest.raises(TooShort) as short:
            reading_age.measure(text)
        assert short.value.words == words
