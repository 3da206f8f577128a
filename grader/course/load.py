"""Finds a course and loads what it says about an assignment."""

import os
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from grader.course.yaml_files import read_model
from grader.errors import CourseError
from grader.model.assignment import Assignment
from grader.model.baseline import Baseline
from grader.model.rubric import Rubric

PACKAGED = Path(__file__).parent.parent / "_course"
CHECKOUT = Path(__file__).parent.parent.parent


def find_course(named: Path | None) -> "Course":
    """Return the course ``named``, ``$GRADER_COURSE``, the checkout, or the packaged one."""
    environment = os.environ.get("GRADER_COURSE")
    chosen = named or (Path(environment) if environment else None)
    if chosen is not None:
        if not (chosen / "assignments").is_dir():
            raise CourseError(f"{chosen} is no course: it has no folder named assignments")
        return Course(chosen.resolve())
    for folder in (CHECKOUT, PACKAGED):
        if _is_whole(folder):
            return Course(folder)
    raise CourseError("no course was found: name one with --course DIR")


def _is_whole(folder: Path) -> bool:
    return (folder / "assignments").is_dir() and (folder / "rubrics").is_dir()


@dataclass(frozen=True)
class Course:
    """A course folder. Nothing is read before it is asked for."""

    folder: Path

    def slugs(self) -> list[str]:
        """The names of all assignments."""
        return sorted(
            path.parent.name for path in self.folder.glob("assignments/*/assignment.yaml")
        )

    def assignment(self, slug: str) -> Assignment:
        """Return one assignment. Raises CourseError, listing what there is."""
        if slug not in self.slugs():
            if slug.lower() in self.slugs():
                raise CourseError(f"there is no assignment '{slug}': write '{slug.lower()}'")
            known = ", ".join(self.slugs()) or "none"
            raise CourseError(f"there is no assignment '{slug}' in {self.folder}: it has {known}")
        found = read_model(
            self.folder / "assignments" / slug / "assignment.yaml", Assignment, "assignment"
        )
        if found.slug != slug:
            raise CourseError(f"the assignment in {slug}/ calls itself '{found.slug}': rename one")
        return found

    def rubric(self, slug: str, path: Path | None = None) -> Rubric:
        """Return the rubric of an assignment, or the one at ``path``. Raises CourseError."""
        place = path or self.folder / "rubrics" / f"{slug}.yaml"
        found = read_model(place, Rubric, "rubric")
        if found.assignment != slug:
            raise CourseError(f"the rubric {place} is for '{found.assignment}', not for '{slug}'")
        return found

    def baseline_path(self, slug: str, profile: str) -> Path:
        """Where the baseline of an assignment on a data profile lies."""
        return self.folder / "rubrics" / "baselines" / f"{slug}.{profile}.json"

    def baseline(self, slug: str, profile: str) -> Baseline:
        """Return what the reference measured.

        Data of unknown origin has a baseline of its own or is held to the official one.
        """
        path = self._standard_path(slug, profile)
        if not path.is_file():
            option = " --practice" if profile == "practice" else ""
            raise CourseError(
                f"there is no baseline at {path}: run 'grader calibrate {slug}{option}'"
            )
        return read_model(path, Baseline, "baseline")

    def _standard_path(self, slug: str, profile: str) -> Path:
        own = self.baseline_path(slug, profile)
        return (
            self.baseline_path(slug, "official")
            if profile == "custom" and not own.is_file()
            else own
        )

    def baselines(self, profile: str) -> dict[str, Baseline]:
        """All baselines of a profile by assignment: thresholds may refer to another lab's."""
        return {
            slug: self.baseline(slug, profile)
            for slug in self.slugs()
            if self._standard_path(slug, profile).is_file()
        }

    def reference(self, assignment: Assignment) -> Path:
        """Return the worked solution. Raises CourseError where the course has none."""
        if assignment.reference is None or not (self.folder / assignment.reference).is_file():
            raise CourseError(
                f"the course {self.folder} has no worked solution for {assignment.slug}: "
                "calibrate from a checkout that has one"
            )
        return self.folder / assignment.reference

    def wording_path(self) -> Path:
        """Where a course says in its own words what students are told; few have that."""
        return self.folder / "rubrics" / "diagnosis.yaml"

    def headings(self) -> frozenset[str]:
        """All headings of the handouts; none where there are no handouts."""
        lines = [
            line
            for path in self.folder.glob("assignments/*/README.md")
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        ]
        return frozenset(line.lstrip("#").strip() for line in lines if line.startswith("#"))

    def check_files(self) -> list[Path]:
        """Python files with the course's own checks."""
        return sorted(self.folder.glob("checks/*.py"))

    def private_folders(self) -> tuple[Path, ...]:
        """What student code must never be able to read, the solutions of a checkout included."""
        package = Path(__file__).parent.parent
        own = (self.folder, package, Path(sysconfig.get_path("purelib")) / "grader")
        return (*own, CHECKOUT) if _is_whole(CHECKOUT) and self.folder != CHECKOUT else own
