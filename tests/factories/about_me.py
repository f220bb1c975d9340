"""What a person says about themself, and how they want care."""

from typing import Any

from selfcare.about_me import actions as about_me
from selfcare.web.access import Permit


def answers(rosa: Permit) -> dict[str, Any]:
    """Some questions answered, and some not. :returns: what stands in addresses."""
    talk = about_me.add(rosa, "talk", text="Please take your time. I hear less well on the left.")
    about_me.add(rosa, "most", text="My sister, my garden, and the stairs on my own.")
    about_me.add(rosa, "helped", text="Leon")
    about_me.add(rosa, "how", text="After ten, please.", choice="message")
    return {"answer_id": talk.id, "question": "well", "way": "where"}


def hidden_answer(rosa: Permit, canary: str) -> dict[str, Any]:
    """One that is *only me*."""
    made = about_me.add(rosa, "also", text=f"{canary} answer", only_me=True)
    return {"answer_id": made.id, "question": "well", "way": "where"}
