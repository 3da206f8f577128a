"""What Moodle calls the columns of its grading worksheet, in the languages it is used in most.

A column that is called otherwise is named by ``--column``, or not used.
"""

from grader.people.names import folded


def _words(*names: str) -> frozenset[str]:
    return frozenset(map(folded, names))


GRADE = _words(
    *("grade", "mark", "bewertung", "note", "calificación", "cualificación", "qualificació"),
    *("kalifikazioa", "nota", "avaliação", "classificação", "valutazione", "voto", "cijfer"),
    *("beoordeling", "karakter", "vurdering", "betyg", "arvosana", "arviointi", "ocena"),
    *("hodnocení", "známka", "hodnotenie", "ocjena", "оцена", "оценка", "оцінка", "not"),
    *("osztályzat", "notă", "hinne", "vērtējums", "įvertinimas", "βαθμός", "nilai", "điểm"),
    *("評点", "评分", "成绩", "成績", "分數", "성적", "점수", "คะแนน", "ציון", "الدرجة", "نمره"),
)
SCALE = _words(
    *("scale", "skala", "bewertungsskala", "escala", "échelle", "barème", "scala", "schaal"),
    *("asteikko", "škála", "stupnice", "stupnica", "ljestvica", "шкала", "ölçek", "skála"),
    *("κλίμακα", "評価尺度", "等级", "等級", "척도", "סולם", "مقياس"),
)
FULL_NAME = _words(
    *("full name", "name", "vollständiger name", "nombre completo", "nombre", "nom complet"),
    *("nom", "nome completo", "cognome nome", "nome", "volledige naam", "naam", "navn"),
    *("fulde navn", "fullt navn", "fullständigt namn", "namn", "koko nimi", "nimi"),
    *("imię i nazwisko", "celé jméno", "celé meno", "puno ime", "ime in priimek"),
    *("полное имя", "имя", "повне ім'я", "adı soyadı", "tam adı", "teljes név", "név"),  # noqa: RUF001 - Turkish
    *("nume complet", "ονοματεπώνυμο", "nama lengkap", "氏名", "姓名", "全名", "성명", "שם מלא"),
)
ID_NUMBER = _words(
    *("id number", "id-nummer", "identifikationsnummer", "número de id", "nombre id"),
    *("numéro d'identification", "número de identificação", "numero id", "codice id"),
    *("codice identificativo", "matricola", "idnummer", "id-numero", "numer id"),
    *("identifikační číslo", "matrikelnummer", "индивидуальный номер", "id numarası"),  # noqa: RUF001 - Turkish
    *("azonosító szám", "idナンバー", "学号", "學號", "識別番号"),
)
USERNAME = _words(
    *("username", "anmeldename", "benutzername", "nombre de usuario", "nom d'utilisateur"),
    *("nome de utilizador", "identificação de usuário", "nome de usuário", "username utente"),
    *("gebruikersnaam", "brukernavn", "brugernavn", "användarnamn", "käyttäjätunnus"),
    *("nazwa użytkownika", "uživatelské jméno", "логин", "kullanıcı adı", "felhasználónév"),  # noqa: RUF001 - Turkish
    *("ユーザ名", "用户名", "使用者名稱"),
)
NO = _words(
    *("no", "nein", "non", "não", "nee", "nei", "nej", "ei", "nie", "ne", "nu", "nem", "ez"),
    *("нет", "ні", "hayır", "όχι", "いいえ", "否", "아니오", "아니요", "لا", "לא", "tidak"),  # noqa: RUF001 - Turkish
    *("không", "nē"),
)
