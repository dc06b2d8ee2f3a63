"""Expressions: what they give, what they refuse, and how clearly."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
import zen
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from posync.documents import parse, read_bytes
from posync.errors import ConfigError, RuleError
from posync.model.base import Frozen
from posync.model.issue import (
    CheckItem,
    Checklist,
    Issue,
    IssueType,
    Link,
    LinkKind,
    Ref,
    Sprint,
    SprintState,
    State,
)
from posync.model.text import Text
from posync.rules.expressions.expression import Expression, IssueView
from posync.rules.expressions.functions import FUNCTIONS
from posync.rules.expressions.grammar import Misspelt, tree
from posync.rules.expressions.vocabulary import NAMES, enriched
from posync.rules.expressions.zen_text import written

TODAY = date(2026, 11, 22)


def issue(**said: Any) -> Issue:
    return Issue(**({"uid": "shop:7", "tracker": "shop", "key": "SHOP-7"} | said))


RICH = issue(
    type=IssueType.STORY,
    title="Käse bestellen",
    description=Text(source="## Why\n"),
    labels=("a", "b"),
    points=5.0,
    parent=Ref(key="SHOP-1"),
    sprint=Sprint(id="3", name="Sprint 3", state=SprintState.ACTIVE),
    links=(Link(kind=LinkKind.BLOCKS, to=Ref(key="SHOP-9")),),
    created=datetime(2026, 1, 1, 23, tzinfo=UTC),
    state_since=datetime(2026, 11, 20, tzinfo=UTC),
    due=date(2026, 12, 1),
    checklists=(Checklist(name="AC", items=(CheckItem(text="works"),)),),
    fields={
        "risk": 3,
        "level": "High",
        "yes": True,
        "one": 1,
        "tenth": 0.1,
        "day": "2026-02-02",
        "Any name": 4,
    },
)
BARE = issue()


def value(text: str | float, of: Issue = RICH, today: date = TODAY) -> Any:
    return Expression(text).evaluate(IssueView(of, today))


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("issue.type == 'story' and issue.state != 'done'", True),
        ('issue.type == "story"', True),
        ("not issue.type == 'story'", False),
        ("issue.type in ['bug', 'story']", True),
        ("issue.type not in ['bug', 'story']", False),
        ("issue.points ?? 0", Fraction(5)),
        ("issue.points * 2 + 1 > 10", True),
        ("issue.points in [1..5]", True),
        ("issue.points in [1..5)", False),
        ("issue.points % 3 == 2", True),
        ("2 + 3 * 4 ^ 2", Fraction(50)),
        ("2 - 3 - 4", Fraction(-5)),
        ("-issue.points + 8", Fraction(3)),
        ("1 + issue.priority ?? 2", Fraction(3)),
        ("true or true and false", True),
        ("issue.days_to_due == null ? 1 : (issue.days_to_due < 14 ? 13 : 3)", Fraction(13)),
        ("issue.age_days", Fraction(325)),
        ("issue.days_in_state", Fraction(2)),
        ("'a' in issue.labels", True),
        ("contains(issue.labels, 'a') and contains(issue.title, 'Käse')", True),
        ("len(issue.title)", Fraction(14)),  # characters, not bytes
        ("len(issue.labels) == 2", True),
        ("len(issue.checklists)", Fraction(1)),
        ("some(issue.links, #.kind == 'blocks' and #.to == 'SHOP-9')", True),
        ("count(issue.labels, # == 'a')", Fraction(1)),
        ("len(filter(issue.labels, # != 'a'))", Fraction(1)),
        ("map(issue.checklists, #.name)", ("AC",)),
        ("lower(issue.fields.level) == 'high'", True),
        ("max(issue.points, issue.fields.risk, 1)", Fraction(5)),
        ("round(issue.points / 3, 1)", Fraction(17, 10)),
        ("issue.fields['Any name']", Fraction(4)),
        ("issue.fields.tenth * 3", Fraction(3, 10)),
        ("issue.fields.nothing", None),
        ("issue.parent == 'SHOP-1' and issue.sprint.state == 'active'", True),
        ("issue.sprint == 'Sprint 3'", True),
        ("issue.is_open and issue.in_active_sprint", True),
        ("issue.description == ''", False),
        ("issue.labels", ("a", "b")),
        ("issue.goals", ()),
        ("issue.goal_weight", Fraction(0)),
        ("issue.signals.votes", None),
    ],
)
def test_values(text: str, gives: Any) -> None:
    found = value(text)
    assert found == gives
    assert type(found) is type(gives)


def test_constants_may_be_written_bare() -> None:
    assert value(0.1) == Fraction(1, 10)
    assert value(7) == Fraction(7)
    assert value(True) is True


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("issue.due < '2026-12-15'", True),
        ("issue.due <= '2026-12-01'", True),
        ("issue.created <= '2026-01-01'", True),  # the whole day counts
        ("issue.created < issue.due", True),
        ("issue.due == '2026-12-01'", True),
        ("issue.fields.day > '2026-01-31'", True),
    ],
)
def test_dates_are_compared_as_days(text: str, gives: bool) -> None:
    assert value(text) is gives


def test_days_are_counted_in_utc_from_the_given_date() -> None:
    late = issue(created=datetime(2026, 11, 21, 23, 30, tzinfo=timezone(timedelta(hours=-3))))
    assert value("issue.age_days", late, date(2026, 11, 22)) == 0
    assert value("issue.age_days", late, date(2026, 11, 23)) == 1
    assert value("issue.days_to_due", RICH, date(2026, 12, 3)) == -2


def test_equal_looking_values_of_other_kinds_are_not_mixed_up() -> None:
    asked = Expression("issue.fields.x == true")
    found = [asked.holds(IssueView(issue(fields={"x": x}), TODAY)) for x in (1, True, 1.0, True, "true")]
    assert found == [False, True, False, True, False]


def test_goals_and_signals_are_laid_beside_the_fields() -> None:
    from posync.model.backlog import Backlog

    backlog = Backlog(
        tracker="shop",
        issues=(RICH,),
        complete=True,
        shown_by="test",
        observed=datetime(2026, 1, 1, tzinfo=UTC),
    )
    added = {"shop:7": {"signals.votes": Fraction(1, 3), "goals": ("Retention",), "goal_weight": Fraction(2)}}
    (seen,) = enriched(backlog, added).issues
    assert value("issue.signals.votes", seen) == Fraction(1, 3)  # exact, since nothing is calculated
    assert value("contains(issue.goals, 'Retention') and issue.goal_weight == 2", seen) is True
    assert value("issue.fields.risk", seen) == 3
    assert enriched(backlog, {}) is backlog


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("issue.points > 3", "issue.points is not set on SHOP-7: write `issue.points ?? 0` in `issue.points > 3`"),
        ("1 + issue.fields.risk * 2", "issue.fields.risk is not set on SHOP-7: write `issue.fields.risk ?? 0` in `1 + issue.fields.risk * 2`"),
        ("issue.points == 1 or issue.votes < issue.points", "issue.points is not set on SHOP-7: write `issue.points ?? 0` in `issue.points == 1 or issue.votes < issue.points`"),
        ("contains(issue.priority, 'x')", "issue.priority is not set on SHOP-7: write `issue.priority ?? ''` in `contains(issue.priority, 'x')`"),
        ("len(issue.assignee) > 3", "issue.assignee is not set on SHOP-7: write `issue.assignee ?? ''` in `len(issue.assignee) > 3`"),
        ("not issue.fields.ready", "issue.fields.ready is not set on SHOP-7: write `issue.fields.ready ?? false` in `not issue.fields.ready`"),
        ("issue.due < '2026-12-15'", "issue.due is not set on SHOP-7: write `issue.due != null and issue.due < '2026-12-15'` in `issue.due < '2026-12-15'`"),
        ("max(issue.points, 3)", "issue.points is not set on SHOP-7: write `issue.points ?? 0` in `max(issue.points, 3)`"),
        ("issue.points in [1..5]", "issue.points is not set on SHOP-7: write `issue.points ?? 0` in `issue.points in [1..5]`"),
        ("issue.votes in [issue.points..5]", "issue.points is not set on SHOP-7: write `issue.points ?? 0` in `issue.votes in [issue.points..5]`"),
        ("some(issue.fields.many, # == 1)", "issue.fields.many is not set on SHOP-7: write `issue.fields.many ?? []` in `some(issue.fields.many, # == 1)`"),
        ("-issue.points", "issue.points is not set on SHOP-7: write `issue.points ?? 0` in `-issue.points`"),
        ("issue.fields.level > 3 ? 1 : 2", "issue.fields.level is not set on SHOP-7: write `issue.fields.level ?? 0` in `issue.fields.level > 3 ? 1 : 2`"),
        ("issue.votes / issue.comments > 1", "`issue.votes / issue.comments` divides by zero on SHOP-7: write `issue.comments == 0 ? 0 : issue.votes / issue.comments`"),
    ],
)  # fmt: skip
def test_what_is_not_set_is_named_with_the_mend(text: str, detail: str) -> None:
    with pytest.raises(RuleError) as caught:
        value(text, BARE)
    assert (caught.value.issue, caught.value.detail) == ("SHOP-7", detail)


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("issue.points == null or issue.points > 3", True),
        ("issue.points != null and issue.points > 3", False),
        ("issue.points == null ? 'open' : issue.points > 3", "open"),
        ("issue.points == 3", False),
        ("issue.priority in ['High']", False),
        ("issue.points", None),
    ],
)
def test_what_is_not_set_may_be_asked_for(text: str, gives: Any) -> None:
    assert value(text, BARE) == gives


@pytest.mark.parametrize(
    ("fields", "text", "detail"),
    [
        ({"x": "High"}, "issue.fields.x > 3", "`issue.fields.x > 3` cannot be told on SHOP-7, where issue.fields.x is 'High'"),
        ({"x": 3}, "issue.fields.x and true", "`issue.fields.x and true` cannot be told on SHOP-7, where issue.fields.x is 3"),
        ({"x": "many"}, "number(issue.fields.x) > 1", "`number(issue.fields.x)` cannot be told on SHOP-7, where issue.fields.x is 'many'"),
        ({"x": 9}, "issue.fields.x ^ 99", "`issue.fields.x ^ 99` cannot be told on SHOP-7, where issue.fields.x is 9"),
        ({"x": 1e300}, "issue.fields.x > 1", "issue.fields.x is 1e+300 on SHOP-7: too large to calculate with"),
        ({"x": "["}, "matches('a', issue.fields.x)", "`matches('a', issue.fields.x)` cannot be told on SHOP-7, where issue.fields.x is '['"),
    ],
)  # fmt: skip
def test_values_of_another_kind_are_named(fields: Mapping[str, Any], text: str, detail: str) -> None:
    with pytest.raises(RuleError) as caught:
        value(text, issue(fields=fields))
    assert caught.value.detail == detail


def test_a_condition_must_give_true_or_false() -> None:
    with pytest.raises(RuleError, match=r"`issue.fields.risk` gives 3, not true or false: compare it"):
        Expression("issue.fields.risk").holds(IssueView(RICH, TODAY))
    with pytest.raises(RuleError, match=r"`issue.fields.risk` gives not set, not true or false"):
        Expression("issue.fields.risk").holds(IssueView(BARE, TODAY))


@pytest.mark.parametrize(
    ("text", "offset", "said"),
    [
        ("issue.typ == 'x'", 6, "unknown name 'issue.typ': did you mean 'issue.type'?"),
        ("issue.qqq", 6, "unknown name 'issue.qqq': a custom field is written issue.fields.NAME"),
        ("isue.type == 'x'", 0, "unknown name 'isue': did you mean 'issue'?"),
        ("1 + points", 4, "unknown name 'points': did you mean 'issue.points'?"),
        ("high", 0, "unknown name 'high': an expression sees `issue` only; a text is written 'high', with quotes"),
        ("issue", 0, "'issue' is no single value: name one, such as issue.points"),
        ("issue.fields", 0, "'issue.fields' is no single value: name one, such as issue.fields.risk"),
        ("issue.points.value", 12, "'issue.points' has no parts"),
        ("issue.type == 'Story'", 14, "issue.type is never 'Story': did you mean 'story'?"),
        ("issue.state in ['todo', 'closed']", 24, "issue.state is never 'closed': it is todo or in_progress or done"),
        ("issue.points = 3", 13, "'=' means nothing here: write == to compare"),
        ("issue.is_open && true", 14, "'&' means nothing here: write `and`"),
        ("!issue.is_open", 0, "'!' means nothing here: write `not`"),
        ("1 < issue.points < 3", 17, "'<' a second time: join two comparisons with `and`"),
        ("(issue.points + 1", 17, "')' is missing: a bracket is opened and not closed"),
        ("issue.points >", 14, "the expression ends too early: a value is missing (in YAML, put quotes around a text that holds #)"),
        ("issue.points 3", 13, "'3' is not expected here: an operator is missing before it, or a bracket too many"),
        ("'open", 0, '"\'" means nothing here: a quote is opened here and never closed'),
        ("issue.points ? 1", 16, "':' is missing: a choice is written condition ? this : that"),
        ("", 0, "an empty expression: write one, such as issue.points > 8"),
        ("issue.priority > 3", 0, "`>` compares numbers or dates, and this is a text"),
        ("issue.points > '3'", 15, "`>` compares numbers or dates, and this is a text"),
        ("issue.points > null", 15, "`>` compares numbers or dates, and this is null"),
        ("issue.due > 3", 12, "a date is compared with a date, such as '2026-12-15'"),
        ("issue.due - issue.created", 0, "`-` calculates with numbers, and this is a date: use issue.days_to_due"),
        ("issue.points and issue.is_open", 0, "`and` joins conditions, and this is a number: compare it, as in issue.points > 0"),
        ("issue.points == 'x'", 16, "a number never equals a text"),
        ("issue.labels == []", 0, "lists are not compared: ask len(...) == 0, or contains(..., 'x')"),
        ("'x' in issue.title", 7, "`in` looks into a list: for a part of a text write contains(text, part)"),
        ("issue.title + 1", 0, "`+` calculates with numbers, and this is a text"),
        ("issue.votes ^ 0.5", 14, "an exponent is a whole number, as in issue.points ^ 2"),
        ("issue.votes > 1e5", 14, "'1' means nothing here: write a number as 3 or 2.5"),
        ("rand(6)", 0, "unknown function 'rand': did you mean 'round'?"),
        ("d('now')", 0, "unknown function 'd': known are " + ", ".join(FUNCTIONS)),
        ("contains(issue.labels)", 0, "contains(...) takes 2 values, not 1"),
        ("lower(issue.points)", 6, "lower(...) takes a text here, not a number"),
        ("# == 1", 0, "'#' stands for each entry of a list, inside some(...), all(...), count(...)"),
        ("(" * 60 + "1" + ")" * 60, 40, "nested too deeply: split it into several rules"),
        (" or ".join(["issue.is_open"] * 200), 1714, "more than 100 in a row: write `in [..]`, or several rules"),
        ("1" + " " * 4000, 0, "longer than 4000 characters: split it into several rules"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_before_any_issue_is_judged(text: str, offset: int, said: str) -> None:
    with pytest.raises(Misspelt) as caught:
        Expression(text)
    assert caught.value.message == said
    assert caught.value.offset == offset


class Rule(Frozen):
    when: Expression | None = None


def test_in_yaml_the_column_is_that_of_the_mistake() -> None:
    for text, place in [
        ("when: issue.typ == 'x'\n", "rules/p.yaml:1:13 "),
        ("when: 'issue.typ == ''x'''\n", "rules/p.yaml:1:14 "),
        ("when: >-\n  issue.is_open and\n  issue.typ == 'x'\n", "rules/p.yaml:3:9 "),
    ]:
        with pytest.raises(ConfigError) as caught:
            parse(read_bytes(text.encode(), "rules/p.yaml"), Rule)
        assert str(caught.value) == f"{place}unknown name 'issue.typ': did you mean 'issue.type'?"
    with pytest.raises(ConfigError, match=r"1:7 expected an expression, such as issue.points > 8"):
        parse(read_bytes(b"when: [1]\n", "rules/p.yaml"), Rule)


def test_an_expression_is_a_value() -> None:
    import pickle

    rule = Rule(when=Expression("issue.points > 3"))
    assert rule == Rule.model_validate_json('{"when": "issue.points > 3"}')
    assert rule.model_dump_json() == '{"when":"issue.points > 3"}'
    assert pickle.loads(pickle.dumps(rule)) == rule
    assert len({Expression("issue.points"), Expression("issue.points")}) == 1
    assert Expression("issue.points + issue.fields.risk > issue.points").names == ("points", "fields.risk")
    with pytest.raises(ValidationError):
        Rule.model_validate_json('{"when": "nope"}')


def test_a_ticked_list_says_which_condition_fails_and_what_it_saw() -> None:
    ticked = list(
        Expression("issue.type == 'story' and (issue.points > 8 or issue.votes > 3)").ticked(
            IssueView(RICH, TODAY)
        )
    )
    assert ticked == [
        ("issue.type == 'story'", True, "issue.type is 'story'"),
        ("(issue.points > 8 or issue.votes > 3)", False, "issue.points is 5, issue.votes is 0"),
    ]


def test_a_ticked_list_ends_with_the_first_condition_that_fails() -> None:
    ticked = list(Expression("issue.points != null and issue.points > 3").ticked(IssueView(BARE, TODAY)))
    assert ticked == [("issue.points != null", False, "issue.points is not set")]


def test_half_characters_from_a_tracker_are_no_obstacle() -> None:
    assert value("contains(issue.title, 'ab') and issue.title == 'ab?'", issue(title="ab\ud800")) is True
    assert value("issue.fields.x", issue(fields={"x": "\ud800"})) == "?"


def test_memory_is_bounded_whatever_the_backlog() -> None:
    asked = Expression("contains(issue.title, '7')")
    found = [asked.holds(IssueView(issue(title=str(n)), TODAY)) for n in range(2000)]
    assert sum(found) == sum("7" in str(n) for n in range(2000))
    assert len(asked._answers) <= 256


# --- properties -----------------------------------------------------------------------------------

PIECES = ["issue", ".", "points", "fields", "x", "type", "'story'", '"', "'", "(", ")", "[", "]", "..", ",", "?", ":", "??", "==", "!=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "#", "and", "or", "not", "in", "true", "null", "len", "some", "issue.points", "issue.labels", "issue.due", "issue.fields.x", "1", "2.5", "'2026-12-15'", " ", "\n", "`", "$", "{", "}", "🙂"]  # fmt: skip


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join))  # fmt: skip
@settings(max_examples=1500, deadline=None)
def test_no_text_does_anything_but_judge_or_be_refused(text: str) -> None:
    with suppress(Misspelt):
        expression = Expression(text)
        for of in (RICH, BARE):
            with suppress(RuleError):
                expression.evaluate(IssueView(of, TODAY))


NUMBERS = st.sampled_from(["issue.points", "issue.fields.risk", "1", "2.5", "issue.votes", "issue.age_days"])
ARITHMETIC = st.recursive(NUMBERS, lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "??", "%"]), inner).map(" ".join), max_leaves=6)  # fmt: skip
COMPARISONS = st.tuples(ARITHMETIC, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), ARITHMETIC).map(
    " ".join
)
CONDITIONS = st.recursive(COMPARISONS, lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join), max_leaves=4)  # fmt: skip


@given(CONDITIONS)
@settings(max_examples=300, deadline=None)
def test_operators_bind_as_in_zen_itself(text: str) -> None:
    """ZEN reads the text as it stands, and as it is written out for it, to the same answer."""
    context = {"issue": {"points": 5.0, "votes": 0, "age_days": 325, "fields": {"risk": 3}}}
    try:
        plain = zen.evaluate_expression(text, context)
    except RuntimeError:  # the rest of a division by zero is compared
        with pytest.raises(RuleError):
            value(text)
    else:
        assert value(text) == plain


@given(
    CONDITIONS,
    st.integers(0, 3),
    st.none() | st.sampled_from([1.0, 2.0, 5.0]),
    st.none() | st.integers(-2, 2),
)
@settings(max_examples=200, deadline=None)
def test_a_remembered_answer_is_the_fresh_one(
    text: str, votes: int, points: float | None, risk: int | None
) -> None:
    remembering = Expression(text)
    fields = {} if risk is None else {"risk": risk}
    for of in (RICH, BARE, issue(votes=votes, points=points, fields=fields, created=RICH.created)) * 2:
        assert _outcome(remembering, of) == _outcome(Expression(text), of)


def _outcome(expression: Expression, of: Issue) -> Any:
    try:
        return expression.evaluate(IssueView(of, TODAY))
    except RuleError as error:
        return str(error)


def test_every_name_can_be_used_on_any_issue() -> None:
    for name in NAMES:
        for of in (RICH, BARE, issue(state=State.DONE)):
            Expression(f"issue.{name}").evaluate(IssueView(of, TODAY))
            assert isinstance(Expression(f"issue.{name} == null").evaluate(IssueView(of, TODAY)), bool)


def test_every_function_is_one_that_zen_knows() -> None:
    for name, function in FUNCTIONS.items():
        arguments = ["issue.fields.x", "# == 1" if "each entry" in function.takes[-1] else "'1'"][
            : function.least
        ]
        text, _ = written(tree(f"{name}({', '.join(arguments)})"))
        zen.compile_expression(text)
