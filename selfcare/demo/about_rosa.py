"""What Rosa says about herself, and how she wants care. Two questions are still empty."""

from selfcare.about_me import actions
from selfcare.web.access import Permit


def about_me(own: Permit) -> None:
    for question, text in {
        "most": "My sister, my garden, and doing the stairs on my own.",
        "people": "My sister. Leon, who helps me.",
        "talk": "Please take your time, and write it down for me in large print. I hear less well on the left.",
        "please": "Tell me before you touch my arm. Do not talk about me as if I am not there.",
        "well": "I sing in the morning.",
        "helped": "Leon",
        "where": "At my surgery, it has a ramp.",
    }.items():
        actions.add(own, question, text=text)
    actions.add(own, "how", text="Not before ten, please.", choice="phone")
