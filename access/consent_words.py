"""The words with which every school begins to ask: version 1, never changed, since people agreed to it."""

from access.consent_records import Audience, Purpose

#: Chinese and English, by purpose and audience.
FIRST: dict[tuple[Purpose, Audience], tuple[str, str]] = {
    (Purpose.LIVE_VIEW, Audience.FAMILY): (
        "幼儿园想在开放时段内，让本班幼儿的家长通过手机观看孩子所在教室的实时画面。"
        "只有经过核验的家长能看；不录像，不录音，不公开；谁看过都有记录。"
        "每一位监护人都同意，教室的画面才会显示。您可以不同意，也可以随时撤回，"
        "一点即可，立即生效。这不影响孩子在园的任何事情。",
        "The kindergarten would like to let the families of a class see the live picture of the room their "
        "children are in, on their phones and within viewing hours. Only families whose identity was checked "
        "can see it; nothing is recorded, there is no sound, nothing is public, and who looked is written "
        "down. The room is shown only where every guardian agrees. You can say no, and you can take back a "
        "yes at any time with one tap, at once. Nothing else about your child's place here depends on it.",
    ),
    (Purpose.LIVE_VIEW, Audience.STAFF): (
        "幼儿园想在开放时段内，让家长通过手机观看您工作所在教室的实时画面。"
        "只有经过核验的家长能看；不录像，不录音，不公开；您可以看到此刻有谁在看，并可随时拉帘。"
        "您可以不同意，也可以随时撤回，一点即可，立即生效。这不影响您的工作。",
        "The kindergarten would like to let families see the live picture of the room you work in, on their "
        "phones and within viewing hours. Only families whose identity was checked can see it; nothing is "
        "recorded, there is no sound, nothing is public. You can see who watches, and draw the "
        "curtain at any time. You can say no, and you can take back a yes at any time with one tap, at once. "
        "Nothing about your work here depends on it.",
    ),
}
