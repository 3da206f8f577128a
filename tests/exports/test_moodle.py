"""A grading worksheet that Moodle exported, filled and read back."""

import pytest
from export_cases import entry, wanted
from gradebook_cases import CANVAS, MOODLE, changes, export, frame, read, scored

from grader.errors import CallerError

GERMAN = '''\
ID;"Vollständiger Name";E-Mail-Adresse;Status;Bewertung;Bestwertung;"Bewertung kann geändert \
werden";"Zuletzt geändert (Bewertung)";"Feedback als Kommentar"\r
"Teilnehmer/in 11";"Lovelace; ""Ada""";ada@u.edu;"Zur Bewertung abgegeben";;20,00;Ja;-;\r
"Teilnehmer/in 12";"Ünal, Zoë";zoe@u.edu;"Keine Abgabe";13,50;20,00;Nein;-;"-1 Punkt"\r
'''
HEADERS = [
    ("Participante 1", "Nombre completo", "Calificación", "Calificación máxima"),
    ("Participant 1", "Nom complet", "Note", "Note maximale"),
    ("Partecipante 1", "Cognome Nome", "Valutazione", "Valutazione massima"),
    ("参加者 1", "氏名", "評点", "最大評点"),
    ("Участник 1", "Полное имя", "Оценка", "Максимальная оценка"),
    ("Deelnemer 1", "Volledige naam", "Cijfer", "Maximumcijfer"),
    ("Participante 1", "Nome completo", "Nota", "Nota máxima"),
]


def worksheet(folder, text=MOODLE, encoding="utf-8"):
    path = folder / "worksheet.csv"
    path.write_bytes(text.encode(encoding))
    return path


def uploaded(number, name, *, known_as=None):
    """Somebody as Moodle's zip of the submissions tells of them."""
    source = f"{name}_{number}_assignsubmission_file/lab1.py"
    known = (str(number),) if known_as is None else known_as
    return entry(name.replace(" ", "-"), name, *known, source=source)


def filled(path, *entries, grades=None, **options):
    return export("moodle", wanted(*entries, grades=grades, fill=path, **options))


def refused(path, **options):
    with pytest.raises(CallerError) as caught:
        filled(path, entry("ada"), **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_only_the_grades_change(tmp_path, encoding):
    path = worksheet(tmp_path, MOODLE, encoding)
    ada, bob = uploaded(11, "Ada Lovelace"), entry("bob@u.edu", "José Bob O'Brien")
    grades = [scored(ada.student, 87.5), scored(bob.student, 60.0)]
    found = filled(path, ada, bob, grades=grades)
    assert found.left == ()
    before, after = read(path.read_bytes(), ",", encoding), read(found.content, ",", encoding)
    assert changes(before, after) == {(1, 4): "87.5", (2, 4): "60"}
    text = path.read_bytes().decode(encoding)
    expected = text.replace(",,100.00,Yes", ",87.5,100.00,Yes").replace(",70.00,", ",60,")
    assert found.content.decode(encoding) == expected


def test_what_pandas_reads_back_is_the_same_but_for_the_grades(tmp_path):
    path = worksheet(tmp_path)
    found = filled(path, uploaded(11, "Ada Lovelace"))
    before, after = frame(path.read_bytes()), frame(found.content)
    assert list(after["Grade"]) == ["100", "70.00", "-"]
    assert after.drop(columns="Grade").equals(before.drop(columns="Grade"))


def test_a_worksheet_in_german_with_semicolons_and_decimal_commas(tmp_path):
    path = worksheet(tmp_path, GERMAN, "utf-8-sig")
    ada = uploaded(11, 'Lovelace; "Ada"')
    zoe = entry("zoe@u.edu")
    found = filled(path, ada, zoe, grades=[scored(ada.student, 87.5), scored(zoe.student, 50.0)])
    text = GERMAN.replace('abgegeben";;20,00', 'abgegeben";17,5;20,00')
    assert found.content == text.encode("utf-8-sig")
    assert found.left == ("zoe@u.edu: Moodle says that their grade cannot be changed",)
    assert found.notes == (
        "the column has 20 points and the grades are out of 100: every score was multiplied by "
        "20/100",
    )
    before = frame(path.read_bytes(), sep=";")
    after = frame(found.content, sep=";")
    assert after.drop(columns="Bewertung").equals(before.drop(columns="Bewertung"))


@pytest.mark.parametrize(("identifier", "name", "grade", "best"), HEADERS)
def test_worksheets_in_other_languages_are_understood(tmp_path, identifier, name, grade, best):
    text = f'X,"{name}",{grade},"{best}",x\n"{identifier}","Ada Lovelace",,"10,00",x\n'
    path = worksheet(tmp_path, text)
    found = filled(path, uploaded(1, "Ada Lovelace"))
    assert changes(read(path.read_bytes()), read(found.content)) == {(1, 2): "10"}


def test_a_grade_that_cannot_be_changed_is_listed(tmp_path):
    path = worksheet(tmp_path)
    found = filled(path, entry("zoe@u.edu"))
    assert found.content == path.read_bytes()
    assert found.left == ("zoe@u.edu: Moodle says that their grade cannot be changed",)
    text = MOODLE.replace('"Grade can', '"Marking workflow state","Grade can')
    text = text.replace(",100.00,", ",100.00,Released,")
    assert filled(worksheet(tmp_path, text), entry("zoe@u.edu")).left == found.left


@pytest.mark.parametrize(
    "who",
    [
        uploaded(11, "Ada Lovelace"),
        uploaded(11, "Participant", known_as=("Participant 11",)),
        entry("Participant-11"),
        entry("ada@u.edu"),
        entry("x", "", "ADA@U.EDU"),
        entry("x", "Lovelace, Ada"),
        entry("Ada-Lovelace"),
    ],
)
def test_a_participant_is_found_by_number_address_and_name(tmp_path, who):
    text = MOODLE if who.name != "Participant" else MOODLE.replace('"Full name"', "Blind")
    path = worksheet(tmp_path, text)
    found = filled(path, who)
    assert changes(read(path.read_bytes()), read(found.content)) == {(1, 4): "100"}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (entry("11"), "nobody in the file has"),
        (entry("lovelaceada", "", "11", source="lovelaceada_11_98_lab.py"), "nobody in the file"),
        (uploaded(11, "Eve Moore"), "calls who has their identifier Ada Lovelace, and they"),
        (entry("ada@u.edu", "Eve Moore"), "and they are called Eve Moore here"),
        (entry("ada@u.edu", "+Zoë Ünal"), "of Ada Lovelace and their name in that of +Zoë Ünal"),
        (uploaded(99, "Eve Moore"), "nobody in the file has"),
        (entry("ada", "Ada"), "nobody in the file has"),
    ],
)
def test_nobody_is_guessed(tmp_path, who, said):
    path = worksheet(tmp_path)
    found = filled(path, who)
    assert found.content == path.read_bytes()
    assert len(found.left) == 1
    assert said in found.left[0]


def test_moodles_own_number_counts_where_moodles_own_name_agrees(tmp_path):
    source = "Ada Lovelace_11_assignsubmission_file/lab1.py"
    path = worksheet(tmp_path)
    found = filled(path, entry("countess", "Ada King", "11", source=source))
    assert changes(read(path.read_bytes()), read(found.content)) == {(1, 4): "100"}


def test_a_gradebook_of_canvas_is_no_worksheet(tmp_path):
    assert "is no grading worksheet of Moodle" in refused(worksheet(tmp_path, CANVAS))


def test_numbers_and_logins_of_students_are_used_where_moodle_shows_them(tmp_path):
    text = "Identifier,Full name,ID number,Username,Grade\nParticipant 1,Ada L,s-77,al,\n"
    for who in (entry("s-77", "Ada L"), entry("al", "L, Ada")):
        path = worksheet(tmp_path, text)
        assert read(filled(path, who).content)[1][4] == "100"


def test_what_students_wrote_is_nobodys_address(tmp_path):
    text = "Identifier,Full name,Grade,Online text\n"
    text += "Participant 1,Eve Moore,,ada@u.edu\nParticipant 2,Ada Lovelace,,\n"
    path = worksheet(tmp_path, text)
    found = filled(path, entry("ada@u.edu"))
    assert found.content == path.read_bytes()
    assert "nobody in the file has" in found.left[0]


def test_a_worksheet_whose_language_is_unknown_is_filled_where_told(tmp_path):
    text = "Kenmerk,Oanjefte,Heechste,x\nDielnimmer 5,,100.00,x\nDielnimmer 6,,100.00,x\n"
    path = worksheet(tmp_path, text)
    said = refused(path)
    assert "name one with --column; it has Kenmerk, Oanjefte, Heechste, x" in said
    found = filled(path, uploaded(5, "Ada Lovelace"), column="oanjefte")
    assert changes(read(path.read_bytes()), read(found.content)) == {(1, 1): "100"}


def test_a_second_column_of_grades_is_no_guess(tmp_path):
    text = "Identifier,Grade,Maximum grade,Note\nParticipant 1,,50.00,\nParticipant 2,,50.00,\n"
    path = worksheet(tmp_path, text)
    found = filled(path, uploaded(2, "Ada Lovelace"))
    assert changes(read(path.read_bytes()), read(found.content)) == {(2, 1): "50"}
    assert "2 columns are called something like 'Grade'" in refused(
        worksheet(tmp_path, text.replace("50.00", "x"))
    )


@pytest.mark.parametrize("column", ["Full name", "Email address"])
def test_columns_about_people_are_refused(tmp_path, column):
    assert "says who people are" in refused(worksheet(tmp_path), column=column)


def test_a_scale_of_words_is_refused(tmp_path):
    text = 'Identifier,Grade,Scale\nParticipant 1,,"Poor, Good"\nParticipant 2,,"Poor, Good"\n'
    assert "set its type of grade to points" in refused(worksheet(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Identifier,Grade\n",
        "First name,Surname,Grade\nAda,Lovelace,\n",
        "Identifier,Grade\n1,\n2,\n",
        "Identifier,Grade\nParticipant 1,\nParticipant 1,\n",
        "Identifier,Grade\nParticipant 1,\nTeam 2,\n",
        "SIS User ID,Grade\nu501,\nu502,\n",
        "Student,ID,Section,Lab 1 (9)\nAda,1,Section 1,\nBob,2,Section 2,\n",
    ],
)
def test_what_is_no_grading_worksheet_is_refused(tmp_path, text):
    assert "is no grading worksheet of Moodle" in refused(worksheet(tmp_path, text))
