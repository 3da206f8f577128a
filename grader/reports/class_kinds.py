"""Groups sentences that say the same but for their numbers: common mistakes, common reasons."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from grader.model.diagnosis import Effect
from grader.model.grade import CriterionResult, Grade
from grader.model.verdict import Verdict
from grader.reports.class_members import Member, with_grade

NUMBER = re.compile(r"\b0x[0-9a-fA-F]+|(?<![^\W\d])[-+\u2212]?\d+(?:[.,x×]\d+)*")
"""An address, a number or a size such as 32x675; not the digit of conv2d."""


@dataclass(frozen=True)
class Group:
    """Members of whom one kind of sentence is said.

    ``text`` is the sentence said most often; ``alike`` is true where others of the group differ
    from it in their numbers.
    """

    text: str
    alike: bool
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Mistake:
    """What several students got wrong at one criterion, in the same way."""

    criterion: str
    title: str
    group: Group


@dataclass(frozen=True)
class Named:
    """A mistake that a report names, with who made it; ``idea`` is the handout's heading."""

    title: str
    idea: str
    members: tuple[Member, ...]


def named(everyone: Iterable[Member]) -> tuple[Named, ...]:
    """Return the mistakes that cost something, the most common first.

    Variants of a mistake that have a title of their own are told apart.
    """
    made: dict[tuple[str, str], list[Member]] = {}
    ideas: dict[tuple[str, str], str] = {}
    for member, grade in with_grade(everyone):
        for one in grade.diagnosis:
            if one.effect is not Effect.HARMLESS:
                made.setdefault((one.id, one.title), []).append(member)
                ideas.setdefault((one.id, one.title), one.idea)
    found = (Named(key[1], ideas[key], tuple(members)) for key, members in made.items())
    return tuple(sorted(found, key=lambda one: -len(one.members)))


def kind(text: str) -> str:
    """Return ``text`` with every number replaced; sentences of one kind differ in numbers only."""
    return " ".join(NUMBER.sub("#", text).split())


def groups(said: Iterable[tuple[str, Member]]) -> tuple[Group, ...]:
    """Group who was told what by the kind of the sentence, the largest group first."""
    found: dict[str, list[tuple[str, Member]]] = {}
    for text, member in said:
        found.setdefault(kind(text), []).append((text, member))
    made = (_group(pairs) for pairs in found.values())
    return tuple(sorted(made, key=lambda one: -len(one.members)))


def _group(said: list[tuple[str, Member]]) -> Group:
    texts = Counter(text for text, _ in said)
    members = {(one.student, one.href): one for _, one in said}  # each of them once
    return Group(texts.most_common(1)[0][0], len(texts) > 1, tuple(members.values()))


def mistakes(everyone: Iterable[Member], least: int = 2) -> tuple[Mistake, ...]:
    """Return what at least ``least`` students got wrong in the same way, the most common first."""
    said: dict[str, list[tuple[str, Member]]] = {}
    titles: dict[str, str] = {}
    for member, grade in with_grade(everyone):
        for one in _mistaken(grade):
            said.setdefault(one.id, []).append((one.found or one.reason, member))
            titles.setdefault(one.id, one.title)
    found = [
        Mistake(id, titles[id], group) for id, pairs in said.items() for group in groups(pairs)
    ]
    return tuple(
        sorted(
            (one for one in found if len(one.group.members) >= least),
            key=lambda one: -len(one.group.members),
        )
    )


def _mistaken(grade: Grade) -> list[CriterionResult]:
    """What was got wrong: what is blocked follows from that, unless there is nothing else.

    A fault is ours, so it is no mistake.
    """
    wrong = [one for one in grade.criteria if one.verdict in (Verdict.UNMET, Verdict.PARTIAL)]
    blocked = [one for one in grade.criteria if one.verdict is Verdict.BLOCKED]
    return wrong or blocked[:1]
