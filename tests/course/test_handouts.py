"""What a handout promises about grading is what the rubric does."""

from pathlib import Path

import pytest

from grader.course import find_course

COURSE = find_course(None)


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_handout_lists_every_criterion_with_its_points(slug: str) -> None:
    text = (COURSE.folder / "assignments" / slug / "README.md").read_text(encoding="utf-8")
    rubric = COURSE.rubric(slug)
    rows = [line.split(" | ")[:2] for line in text.splitlines() if line.startswith("| ")]
    listed = {title.removeprefix("| "): points for title, points in rows}
    for criterion in rubric.criteria:
        points = f"{criterion.points:g}" if criterion.points else "not scored"
        assert listed[criterion.title] == points
    assert f"You pass with {rubric.pass_score:g} of {rubric.max_score:g} points" in text


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_epochs_a_handout_demands_are_the_rubrics(slug: str) -> None:
    words = {2: "two", 3: "three", 5: "five"}
    text = Path(COURSE.folder, "assignments", slug, "README.md").read_text(encoding="utf-8")
    (trained,) = [one for one in COURSE.rubric(slug).criteria if one.check == "really_trained"]
    assert f"at least {words[trained.parameters['epochs']]} whole epochs" in text


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_a_help_text_that_points_to_the_handout_names_a_heading_of_it(slug: str) -> None:
    text = Path(COURSE.folder, "assignments", slug, "README.md").read_text(encoding="utf-8")
    headings = {line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")}
    for criterion in COURSE.rubric(slug).criteria:
        if criterion.help.startswith("Handout: "):
            assert criterion.help.removeprefix("Handout: ").rstrip(".") in headings
