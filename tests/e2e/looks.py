"""Every page there is, in each of its states: who sees it, what leads to it, and words that only it has."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.e2e.at_the_door import (
    a_code_for_a_tablet,
    the_display_of,
    the_display_of_a_watched_room,
    the_display_while_staff_look,
)
from tests.e2e.copied import (
    a_copy_to_download,
    a_copy_to_hand_over,
    a_copy_to_look_at,
    a_late_copy,
    copies_of_the_office,
    copies_on_the_front_page,
    ones_own_copy,
)
from tests.e2e.states import (
    Language,
    Visit,
    a_calendar_form_that_is_wrong,
    a_child_without_class,
    a_form_that_was_open_too_long,
    a_picture,
    a_picture_that_ended,
    a_picture_to_scan,
    a_sheet_of_codes,
    a_sheet_with_wrong_lines,
    a_wrong_code,
    a_wrong_passphrase,
    another_guardian,
    custody_rules,
    every_checklist_of_the_cameras,
    every_form_of_the_calendar,
    every_form_of_the_office,
    every_second_step,
    has_hours_overtaken,
    ones_own_factors,
    ones_own_viewings,
    page_at,
    records_that_do_not_answer,
    relatives_of_families,
    somebody_else_watched,
    the_branch,
    the_permission_to_watch,
    too_many_tries,
    unfolded,
    watch_page,
    what_is_hidden_of_a_camera,
)


@dataclass(frozen=True, slots=True)
class Look:
    """One page in one state, and some words that only it has."""

    name: str
    who: str
    show: Callable[[Visit], None]
    words: dict[Language, str]


#: Pages of the office that the director sees as they are, by the end of their address.
OF_THE_OFFICE: dict[str, dict[Language, str]] = {
    "explain": {"zh": "为什么能看到，或看不到", "en": "Why can they see it, or not?"},
    "changes": {"zh": "今日教室", "en": "Rooms today"},
    "attendance": {"zh": "谁在园", "en": "Who is in"},
    "budgets": {"zh": "家庭可以观看多少", "en": "How much families may watch"},
    "unwatched": {"zh": "谁一次也没能观看", "en": "Who could not watch once"},
}
LOOKS = (
    Look("sign-in", "", page_at("/"), {"zh": "您好", "en": "Welcome"}),
    Look("sign-in-wrong", "", a_wrong_passphrase, {"zh": "不匹配", "en": "do not go together"}),
    Look("home", "twins", page_at("/home"), {"zh": "下次开放", "en": "It opens again"}),
    Look("home-names", "names", page_at("/home"), {"zh": "Maximiliane", "en": "Maximiliane"}),
    Look("home-none", "nobody", page_at("/"), {"zh": "还没有您", "en": "There is no room"}),
    Look("home-schools", "both", page_at("/home"), {"zh": "这所幼儿园现在是", "en": "at this school"}),
    Look("schools", "both", page_at("/schools"), {"zh": "在哪所幼儿园工作", "en": "do you work now"}),
    Look("office-branch", "both", the_branch, {"zh": "切换幼儿园", "en": "Switch school"}),
    Look("watch", "lin", watch_page("oak"), {"zh": "点 ▶", "en": "Tap ▶"}),
    Look("watch-playing", "lin", a_picture, {"zh": "关闭画面", "en": "Close the picture"}),
    Look("watch-ended", "lin", a_picture_that_ended, {"zh": "教室已拉帘", "en": "The curtain is drawn"}),
    Look("watch-refused", "curtain", watch_page("birch"), {"zh": "再试一次", "en": "Try again"}),
    Look("office", "teacher", page_at("/office"), {"zh": "立即拉帘", "en": "Draw the curtain now"}),
    Look(
        "office-forms",
        "director",
        every_form_of_the_office,
        {"zh": "确定，立即结束", "en": "Yes, end it now"},
    ),
    Look("cameras", "director", page_at("/office/cameras"), {"zh": "已核准", "en": "Confirmed for"}),
    Look("doors", "director", page_at("/office/doors"), {"zh": "还没有门口屏", "en": "no door display yet"}),
    Look("cameras-forms", "director", every_checklist_of_the_cameras, {"zh": "亲眼看到", "en": "you saw"}),
    Look("masks", "director", what_is_hidden_of_a_camera, {"zh": "再遮住一块", "en": "Hide a part"}),
    Look("calendar", "keeper", every_form_of_the_calendar, {"zh": "还没有确认", "en": "is not confirmed"}),
    Look("calendar-form", "keeper", a_calendar_form_that_is_wrong, {"zh": "第一天", "en": "fill this in"}),
    Look("sheet", "director", a_sheet_with_wrong_lines, {"zh": "录入整张表", "en": "Note a whole sheet"}),
    Look("hours", "director", page_at("/office/hours"), {"zh": "每周开放时段", "en": "Weekly hours"}),
    Look(
        "hours-overtaken",
        "director",
        has_hours_overtaken,
        {"zh": "刚才有别人改过", "en": "Somebody else changed"},
    ),
    Look("calendar-open", "keeper", page_at("/office/calendar/open"), {"zh": "临时开放", "en": "Open once"}),
    Look("country", "keeper", page_at("/office/calendar/country"), {"zh": "现在", "en": "Whose holidays"}),
    Look("custody", "director", custody_rules, {"zh": "录入规定", "en": "Enter a rule"}),
    Look(
        "children", "director", page_at("/office/children"), {"zh": "没有班级的孩子", "en": "without a class"}
    ),
    Look("enrol", "director", a_child_without_class, {"zh": "为孩子选班级", "en": "A class for the child"}),
    Look("guardians", "director", another_guardian, {"zh": "是哪一位", "en": "Who is it?"}),
    Look("grant", "director", the_permission_to_watch, {"zh": "给予观看授权", "en": "Give the permission"}),
    Look(
        "delegates-office", "director", relatives_of_families, {"zh": "幼儿园同意", "en": "The school agrees"}
    ),
    Look("viewings", "lin", ones_own_viewings, {"zh": "我自己的观看", "en": "What you watched yourself"}),
    Look("delegates", "lin", page_at("/delegates"), {"zh": "提出一位亲属", "en": "Propose a relative"}),
    Look("consent", "lin", unfolded("/consent"), {"zh": "您已同意", "en": "You have agreed"}),
    Look("my-consent", "teacher", unfolded("/office/my-consent"), {"zh": "还没有回答", "en": "not answered"}),
    Look("consents", "director", unfolded("/office/consents"), {"zh": "钱小米", "en": "Millie"}),
    Look("uses", "director", unfolded("/office/uses"), {"zh": "一周全部时间", "en": "all of the week"}),
    Look("levels", "director", unfolded("/office/levels"), {"zh": "学校要求", "en": "The school asks"}),
    Look(
        "consent-texts", "director", unfolded("/office/consent-texts"), {"zh": "同意书文本", "en": "Texts of"}
    ),
    Look("staff-papers", "director", page_at("/office/staff-papers"), {"zh": "签字人", "en": "Who signed"}),
    Look("duties", "director", unfolded("/office/duties"), {"zh": "登记一位", "en": "Enter somebody"}),
    Look("guests", "teacher", page_at("/office/guests"), {"zh": "有访客进来", "en": "A guest comes in"}),
    *(Look(name, "director", unfolded(f"/office/{name}"), words) for name, words in OF_THE_OFFICE.items()),
    Look("sign-in-name", "lin", page_at("/sign-in-name"), {"zh": "更换登录名", "en": "Another sign-in name"}),
    Look(
        "second-first",
        "newcomer",
        page_at("/second"),
        {"zh": "选择您的第二步验证", "en": "Choose your second"},
    ),
    Look("factors-app", "newcomer", a_picture_to_scan, {"zh": "扫描这张图", "en": "scan this picture"}),
    Look("second", "coded", every_second_step, {"zh": "十位字母和数字", "en": "Ten letters and digits"}),
    Look("second-wrong", "coded", a_wrong_code, {"zh": "已经用过", "en": "was used already"}),
    Look("factors", "coded", ones_own_factors, {"zh": "还剩", "en": "codes left"}),
    Look("factors-sheet", "coded", a_sheet_of_codes, {"zh": "只显示这一次", "en": "shown only now"}),
    Look("door-code", "director", a_code_for_a_tablet, {"zh": "不能扫码时", "en": "Without a camera, type"}),
    Look("door-quiet", "", the_display_of("elm", "quiet"), {"zh": "现在没有人在看"}),
    Look("door-watched", "", the_display_of_a_watched_room, {"zh": "位家人正在观看"}),
    Look("door-looked-at", "", the_display_while_staff_look, {"zh": "正在查看摄像头画面"}),
    Look("doors-there", "director", page_at("/office/doors"), {"zh": "正亮着", "en": "It is on."}),
    Look("health", "director", page_at("/office/health"), {"zh": "系统状况", "en": "To be looked at"}),
    Look(
        "log", "administrator", page_at("/oversight"), {"zh": "查看了访问日志", "en": "read the access log"}
    ),
    Look(
        "checkpoint",
        "administrator",
        page_at("/oversight/checkpoint"),
        {"zh": "到那时为止的记录条数", "en": "Entries until then"},
    ),
    Look("accounts", "administrator", page_at("/oversight?of=accounts"), {"zh": "登录了", "en": "signed in"}),
    Look(
        "log-empty",
        "administrator",
        page_at("/oversight?day=2020-01-01"),
        {"zh": "没有符合", "en": "No entry"},
    ),
    Look(
        "log-filtered",
        "administrator",
        page_at("/oversight?kind=reading&from=2020-01-01T00:00"),
        {"zh": "保存这个视图", "en": "Keep this view"},
    ),
    Look(
        "log-entry",
        "administrator",
        page_at("/oversight/entry?number=5"),
        {"zh": "上一条", "en": "Entry before"},
    ),
    Look("log-day", "administrator", page_at("/oversight/day"), {"zh": "有人观看", "en": "somebody watched"}),
    Look(
        "log-unusual",
        "administrator",
        page_at("/oversight/unusual"),
        {"zh": "不寻常的情况", "en": "Out of the usual"},
    ),
    Look(
        "log-refusals",
        "administrator",
        page_at("/oversight/refusals"),
        {"zh": "被拒绝的观看及原因", "en": "Refusals and why"},
    ),
    Look(
        "log-named",
        "administrator",
        page_at("/oversight?name=x"),
        {"zh": "姓名（成人或幼儿）", "en": "Name of a person or child"},
    ),
    Look(
        "register",
        "administrator",
        page_at("/oversight/register"),
        {"zh": "查阅登记", "en": "Register of looking up"},
    ),
    Look("office-called", "lin", somebody_else_watched, {"zh": "查明的情况", "en": "What you found out"}),
    Look(
        "times",
        "administrator",
        page_at("/oversight/times"),
        {"zh": "家庭何时观看", "en": "When families watch"},
    ),
    Look(
        "retention",
        "administrator",
        page_at("/oversight/retention"),
        {"zh": "两人尚未决定", "en": "two people have not decided"},
    ),
    Look("my-copy", "lin", page_at("/my-copy"), {"zh": "申请我的副本", "en": "Ask for my copy"}),
    Look(
        "my-copy-asked", "curtain", ones_own_copy("curtain", made=True), {"zh": "最迟在", "en": "answers by"}
    ),
    Look("my-copy-late", "unverified", a_late_copy, {"zh": "已逾期", "en": "should have answered"}),
    Look(
        "my-copy-ready",
        "twins",
        ones_own_copy("twins", released=True),
        {"zh": "领取我的副本", "en": "Get my copy"},
    ),
    Look("my-copy-take", "twins", a_copy_to_download, {"zh": "下载我的副本", "en": "Download my copy"}),
    Look("copies", "director", copies_of_the_office, {"zh": "已逾期", "en": "Overdue"}),
    Look("copies-look", "director", a_copy_to_look_at, {"zh": "我已查看", "en": "I looked at it"}),
    Look("copies-hand", "director", a_copy_to_hand_over, {"zh": "已经交付", "en": "It was handed over"}),
    Look("copies-office", "director", copies_on_the_front_page, {"zh": "已逾期", "en": "Overdue: 1"}),
    Look("not-found", "", page_at("/nothing"), {"zh": "没有这个页面"}),
    Look("form-refused", "", a_form_that_was_open_too_long, {"zh": "请再试一次"}),
    Look("too-many", "", too_many_tries, {"zh": "请稍等一下"}),
    Look("not-well", "administrator", records_that_do_not_answer, {"zh": "暂时无法使用"}),
)
