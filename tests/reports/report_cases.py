"""Hand-built grades and evidence: right, wrong, crashed, faulted and hostile."""

import base64
import math
from typing import Any

from grader.model.assignment import Assignment
from grader.model.baseline import Baseline
from grader.model.evidence import Evidence
from grader.model.grade import Grade

DIGITS = tuple("0123456789")
LETTERS = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
FINGERPRINT = "3f" * 32

Case = tuple[Grade, Evidence | None, Baseline | None, Assignment]


def assignment(slug: str = "lab3") -> Assignment:
    """Lab 1 (digits) or lab 3 (letters)."""
    digits = slug == "lab1"
    return Assignment.model_validate(
        {
            "schema": 1,
            "slug": slug,
            "title": "Lab 1: Handwritten digits" if digits else "Lab 3: A network that looks",
            "dataset": {"name": "mnist" if digits else "asl"},
            "classes": DIGITS if digits else LETTERS,
        }
    )


def layer(kind: str, *shape: int, **settings: Any) -> dict[str, Any]:
    """One layer as a document; ``inputs`` and ``outputs`` stand for ``in`` and ``out``."""
    names = {"inputs": "in", "outputs": "out"}
    return {
        "kind": kind,
        "settings": {names.get(name, name): value for name, value in settings.items()},
        "shape": shape,
    }


def mlp(hidden: int = 512) -> list[dict[str, Any]]:
    """The network of labs 1 and 2."""
    return [
        layer("flatten", 784),
        layer("linear", hidden, inputs=784, outputs=hidden, bias=True),
        layer("relu", hidden),
        layer("linear", hidden, inputs=hidden, outputs=hidden, bias=True),
        layer("relu", hidden),
        layer("linear", 10, inputs=hidden, outputs=10, bias=True),
    ]


def cnn() -> list[dict[str, Any]]:
    """The network of lab 3."""
    layers: list[dict[str, Any]] = []
    for before, after, side in ((1, 25, 28), (25, 50, 14), (50, 75, 7)):
        conv = {"kernel": (3, 3), "stride": (1, 1), "padding": (1, 1)}
        layers += [
            layer("conv2d", after, side, side, inputs=before, outputs=after, **conv),
            layer("batch_norm", after, side, side, features=after),
            layer("relu", after, side, side),
        ]
        layers += [layer("dropout", after, side, side, p=0.2)] if after == 50 else []
        half = side // 2
        layers.append(layer("max_pool2d", after, half, half, kernel=(2, 2), stride=(2, 2)))
    return [
        *layers,
        layer("flatten", 675),
        layer("linear", 512, inputs=675, outputs=512, bias=True),
        layer("dropout", 512, p=0.3),
        layer("relu", 512),
        layer("linear", 24, inputs=512, outputs=24, bias=True),
    ]


def altered_cnn() -> list[dict[str, Any]]:
    """The network of lab 3 with a missing dropout, another kernel and a softmax too many."""
    layers = [one for one in cnn() if one["settings"].get("p") != 0.3]
    layers[0]["settings"]["kernel"] = (5, 5)
    layers[1] |= {"module": "features.1", "line": {"cell": 6, "line": 4}}
    return [*layers, layer("softmax", 24)]


def statistic(mean: float) -> dict[str, Any]:
    """A statistic over three seeds around ``mean``."""
    values = (mean - 0.01, mean, mean + 0.01)
    return {"mean": mean, "sd": 0.01, "min": values[0], "max": values[2], "values": values}


def learning(last: float, epochs: int, speed: float = 0.5, first: float = 0.2) -> list[float]:
    """A learning curve that approaches ``last``, with a little unrest."""
    return [
        round(last - (last - first) * math.exp(-speed * e) - 0.012 * (e % 3 == 1), 4)
        for e in range(epochs)
    ]


def baseline(slug: str = "lab3", epochs: int = 20) -> Baseline:
    """What the reference measured."""
    numbers = {
        "train_accuracy": 0.999,
        "robust_train_accuracy": 0.999,
        "train_loss": 0.004,
        "train_loss_sum": 0.81,
        "running_train_accuracy": 0.998,
        "running_train_loss_sum": 1.2,
        "valid_accuracy": 0.97,
        "robust_valid_accuracy": 0.975,
        "valid_loss": 0.1,
        "valid_loss_sum": 24.5,
        "gap": 0.029,
        "wall_s": 420.0,
    }
    return Baseline.model_validate(
        {name: statistic(value) for name, value in numbers.items()}
        | {
            "assignment": slug,
            "profile": "official",
            "seeds": (1, 2, 3),
            "epochs": epochs,
            "steps": 17160,
            "parameters": 416_174,
            "layers": cnn() if slug == "lab3" else mlp(),
            "train_accuracy_per_epoch": learning(0.999, epochs, 0.7, 0.5),
            "valid_accuracy_per_epoch": learning(0.975, epochs, 0.5, 0.45),
            "peak_rss_mb": 1500,
            "reference_sha256": FINGERPRINT,
        }
    )


def criterion(id: str, verdict: str, points: float = 10, **more: Any) -> dict[str, Any]:
    """One graded criterion."""
    share = {"met": 1.0, "partial": 0.5}.get(verdict, 0.0)
    return {
        "id": id,
        "title": id.replace("-", " ").capitalize(),
        "points": points,
        "earned": share * points,
        "verdict": verdict,
        "expected": f"what was expected of {id}",
        "found": f"what was found for {id}",
        "reason": "",
        "help": "" if verdict == "met" else f"how to mend {id}",
        "visibility": "visible",
    } | more


def confusion(names: tuple[str, ...], each: int = 300, wrong: int = 8) -> list[list[int]]:
    """A matrix in which every class is mixed up with two others, more often further down."""
    size = len(names)
    matrix = [[0] * size for _ in range(size)]
    for i in range(size):
        one, other = (i * wrong) % 43, (i * 3) % 7
        matrix[i][(i + 3) % size] += one
        matrix[i][(i + 7) % size] += other
        matrix[i][i] = each - one - other
    return matrix


def picture(turn: int) -> str:
    """Base64 of a 28 x 28 picture: a ring with a gap."""
    pixels = bytearray()
    for row in range(28):
        for column in range(28):
            distance = math.hypot(row - 13.5, column - 13.5)
            angle = math.atan2(row - 13.5, column - 13.5) + turn * 0.7
            on = 6 < distance < 10 and math.cos(angle) < 0.6
            pixels.append(235 if on else int(8 + distance))
    return base64.b64encode(bytes(pixels)).decode("ascii")


def measurements(slug: str, layers: list[dict[str, Any]], valid: float) -> dict[str, Any]:
    """What was measured, as the document of ``Measurements``."""
    names = assignment(slug).classes
    epochs = (16, 17, 18, 19, 20)
    return {
        "train_accuracy": 0.9994,
        "train_loss": 0.0042,
        "valid_accuracy": valid,
        "valid_loss": 0.31,
        "snapshots": [
            {"name": f"epoch-{e:05d}", "epoch": e, "accuracy": valid - 0.004 * (e % 2), "loss": 0.3}
            for e in epochs
        ],
        "confusion": confusion(names),
        "wrong_images": [
            {
                "index": i,
                "label": i % len(names),
                "predicted": (i + 3) % len(names),
                "confidence": 0.5 + 0.03 * i,
                "pixels": picture(i),
            }
            for i in range(12)
        ],
        "layers": layers,
        "parameters": 416_174,
        "classes": len(names),
        "preprocessing": {
            "layout": (1, 28, 28),
            "kind": "affine",
            "scale": (0.00392,),
            "shift": (0.0,),
            "rows_fitted": 64,
            "rows_verified": 64,
            "largest_error": 0.0,
            "description": "pixels divided by 255, as images of 1 x 28 x 28",
        },
        "agreement": {
            "rows": 256,
            "disagreements": 0,
            "largest_difference": 1e-6,
            "agrees": True,
        },
        "trained_on": "train",
    }


def passes(epochs: int = 20) -> list[dict[str, Any]]:
    """A training and a validation pass for each epoch."""
    train = learning(0.9994, epochs, 0.6, 0.45)
    valid = learning(0.94, epochs, 0.5, 0.5)
    found = []
    for e in range(epochs):
        common = {"forwards": 858, "wall_s": 20.0, "epoch": e + 1}
        found.append(
            common
            | {"training": True, "samples": 27455, "backwards": 858, "steps": 858, "eval_mode": 0}
            | {"loss": round(2.1 * math.exp(-0.6 * e) + 0.004, 4), "accuracy": train[e]}
        )
        found.append(
            common
            | {"training": False, "samples": 7200, "backwards": 0, "steps": 0, "eval_mode": 225}
            | {"loss": round(0.9 * math.exp(-0.5 * e) + 0.2 + 0.01 * e, 4), "accuracy": valid[e]}
        )
    return found


def claims(epochs: int = 20, valid: float | None = 0.94) -> dict[str, Any]:
    """What the program said and the probe heard."""
    return {
        "trace": {
            "epochs": epochs,
            "passes": passes(epochs),
            "optimizer": "Adam",
            "learning_rate": 0.001,
            "batch_size": 32,
            "loss": "cross_entropy",
        },
        "printed": {"train_accuracy": 0.998, "valid_accuracy": valid},
    }


def run(outcome: str = "ok") -> dict[str, Any]:
    """How a run ended."""
    return {
        "outcome": outcome,
        "signal": None,
        "exit_code": 0 if outcome == "ok" else 1,
        "wall_s": 423.4,
        "cpu_s": 418.0,
        "peak_rss_mb": 1466.0,
        "peak_gpu_mb": None,
    }


ISOLATION = {"level": 3, "backend": "bubblewrap", "holes": ("a kernel bug",)}
VERSIONS = {"python": "3.11.7", "torch": "2.13.0", "grader": "0.1.0"}


def evidence(slug: str = "lab3", **more: Any) -> Evidence:
    """Evidence of a good run; ``more`` replaces parts of it."""
    return Evidence.model_validate(
        {
            "assignment": slug,
            "profile": "official",
            "seed": 1,
            "device": "cpu",
            "isolation": ISOLATION,
            "submission": {
                "student": "Ada Lovelace",
                "kind": "notebook",
                "main": "lab.ipynb",
                "files": ("lab.ipynb",),
                "sha256": FINGERPRINT,
            },
            "source": {},
            "run": run(),
            "claims": claims(),
            "measurements": measurements(slug, cnn() if slug == "lab3" else mlp(), 0.94),
            "gap": None,
        }
        | more
    )


def grade(found: Evidence, criteria: list[dict[str, Any]], **more: Any) -> Grade:
    """A grade that agrees with ``found``; ``more`` replaces parts of it."""
    measured = found.measurements
    keys = ("train_accuracy", "train_loss", "valid_accuracy", "valid_loss", "confusion", "layers")
    keys += ("parameters", "preprocessing", "agreement")
    document = measured.model_dump() if measured else {}
    trace = found.claims.trace
    maximum = sum(one["points"] for one in criteria)
    score = sum(one["earned"] for one in criteria)
    expected = cnn() if found.assignment == "lab3" else mlp()
    return Grade.model_validate(
        {
            "assignment": found.assignment,
            "student": "Ada Lovelace",
            "submission": {"files": ("lab.ipynb", "utils.py"), "sha256": FINGERPRINT},
            "profile": found.profile,
            "isolation": found.isolation.model_dump(),
            "device": "cpu",
            "seed": 1,
            "attempts": ({"seed": 1, "score": score, "valid_accuracy": 0.94},),
            "score": score,
            "provisional": False,
            "max_score": maximum,
            "pass_mark": 0.7 * maximum,
            "passed": score >= 0.7 * maximum,
            "needs_review": False,
            "criteria": criteria,
            "measurements": {key: document[key] for key in keys if document}
            | {
                "statistic": "median_last_k",
                "per_epoch": document.get("snapshots", ()),
                "expected_layers": expected,
            },
            "claims": {
                "train_accuracy": found.claims.printed.train_accuracy,
                "valid_accuracy": found.claims.printed.valid_accuracy,
            }
            | ({"epochs": trace.epochs, "optimizer": "Adam", "batch_size": 32} if trace else {}),
            "run": run(found.run.outcome) | {"cells_run": 9, "cells_total": 9},
            "versions": VERSIONS,
        }
        | more
    )


CRITERIA = ("it-runs", "the-network", "training-accuracy", "validation-accuracy")


def right() -> Case:
    """Everything is met."""
    found = evidence()
    return grade(found, [criterion(id, "met") for id in CRITERIA]), found, baseline(), assignment()


def wrong() -> Case:
    """Other layers, half the points, a claim too high, hidden criteria, two attempts."""
    measured = measurements("lab3", altered_cnn(), 0.62)
    found = evidence(measurements=measured, claims=claims(valid=0.99))
    criteria = [
        criterion("it-runs", "met"),
        criterion("the-network", "partial", 20, where={"cell": 6, "line": 4, "text": "nn.Conv2d("}),
        criterion("training-accuracy", "met", 20),
        criterion("validation-accuracy", "unmet", 40),
        criterion("secret-holdout", "unmet", 10, visibility="hidden", title="Secret holdout"),
    ]
    attempts = [{"seed": seed, "score": 40, "valid_accuracy": 0.62} for seed in (1, 2)]
    flags = ("Your program says 99 % where we measured 62 %.",)
    notes = ("torch.compile was switched off to save time.",)
    more = {"attempts": attempts, "flags": flags, "notes": notes}
    return grade(found, criteria, **more), found, baseline(), assignment()


def crashed() -> Case:
    """A notebook that stops in its third cell with a coloured traceback."""
    traceback = (
        "\x1b[0;31m---------------------------------------------\x1b[0m\n"
        "\x1b[0;31mRuntimeError\x1b[0m      Traceback (most recent call last)\n"
        "Cell \x1b[0;32mIn[3], line 12\x1b[0m\n"
        "\x1b[1;32m---> 12\x1b[0m output = model(images)\n"
        "\x1b[0;31mRuntimeError\x1b[0m: mat1 and mat2 shapes cannot be multiplied\n"
    )
    message = "mat1 and mat2 shapes cannot be multiplied (32x675 and 784x512)"
    crash = {"type": "RuntimeError", "message": message, "traceback": traceback}
    found = evidence(
        "lab1",
        run=run("error"),
        claims={"crash": crash | {"cell": 3, "line": 12}, "cells_run": 3, "cells_total": 9},
        measurements=None,
        gap={"kind": "nothing_trained", "reason": "Your program ended before it trained anything."},
    )
    criteria = [
        criterion("it-runs", "unmet", where={"cell": 3, "line": 12, "text": "output = model(x)"}),
        *(criterion(id, "blocked", 30, found="Blocked by 'It runs'") for id in CRITERIA[1:]),
    ]
    made = grade(found, criteria, profile="practice", student="Émile Zölle")
    return made, found, baseline("lab1", 5), assignment("lab1")


def faulted() -> Case:
    """The sandbox itself failed: no score, no evidence worth the name, level 0."""
    found = evidence(
        run=run("fault"),
        claims={},
        measurements=None,
        gap={"kind": "fault", "reason": "The sandbox could not be started."},
        isolation={"level": 0, "backend": "plain", "holes": ("the network", "your files")},
    )
    criteria = [criterion(id, "fault") for id in CRITERIA]
    more = {"score": None, "provisional": True, "needs_review": True, "passed": False}
    reasons = ("The sandbox could not be started.",)
    return grade(found, criteria, reasons=reasons, **more), found, None, assignment()


def decision(action: str = "accept", note: str = "", **more: Any) -> dict[str, Any]:
    """What a person decided."""
    return {
        "at": "2026-11-25T20:00:00Z",
        "by": "Grace Hopper",
        "action": action,
        "note": note,
        "evidence": FINGERPRINT,
    } | more


def reviewed() -> Case:
    """A flagged result with a fault of ours; a person looked at it and gave points for one."""
    found = evidence()
    criteria = [
        *(criterion(id, "met") for id in CRITERIA[:2]),
        criterion("training-accuracy", "partial", earned=5.0, before_review=0.0, help=""),
        criterion("silent", "fault", 0),
    ]
    flags = ("The parameters hardly moved while the program trained.",)
    given = ({"criterion": "training-accuracy", "points": 5.0, "of": 10.0},)
    reviews = (decision(note="I saw it train.", points=given, settles=flags), decision("note"))
    made = grade(found, criteria, flags=flags, reviews=reviews)
    return made, found, baseline(), assignment()


CODE = """import torch.nn as nn

model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 512),
    nn.Linear(512, 10),
    nn.Softmax(dim=1),
)
""".strip("\n")


def mistake(id: str, effect: str, **more: Any) -> dict[str, Any]:
    """One named mistake."""
    return {
        "id": id,
        "title": id.replace("-", " ").capitalize(),
        "explanation": f"This run shows {id}: training accuracy stopped at 11.3 %.",
        "fix": f"Mend {id} in one step.",
        "idea": "Loss",
        "confidence": "certain",
        "effect": effect,
    } | more


def diagnosed() -> Case:
    """A notebook with mistakes of every kind: in kept code, in code that was not kept, nowhere."""
    measured = measurements("lab1", mlp(), 0.62)
    code = [{"file": "lab.ipynb", "cell": 6, "text": CODE}]
    found = evidence("lab1", measurements=measured, source={"code": code})
    criteria = [criterion("it-runs", "met"), criterion("validation-accuracy", "unmet", 40)]
    mistakes = (
        mistake("softmax-before-loss", "ruins", where={"cell": 6, "line": 7}),
        mistake(
            "rate-too-high",
            "lowers",
            confidence="likely",
            idea="Optimizer",
            where={"cell": 9, "line": 2, "text": "Adam(model.parameters(), lr=0.5)"},
        ),
        mistake("argmax-wrong-axis", "misleads", confidence="possible"),
        mistake("batch-of-one", "harmless", confidence="likely"),
    )
    return (
        grade(found, criteria, diagnosis=mistakes),
        found,
        baseline("lab1", 5),
        assignment("lab1"),
    )


ATTACK = (
    "<script>alert(1)</script></style></title></svg><img src=x onerror=alert(1)>"
    "\"><img onerror='x' src=//evil.example/x>{{ 7*7 }}\x1b[31mred\x1b]8;;http://evil.example\x07"
    "\u202egnp.exe\u2066\x00\x9b2Jend"
)


def attacked(value: Any) -> Any:
    """Put the attack into every free text of a document, keeping what must keep its form."""
    closed = {"id", "verdict", "visibility", "outcome", "kind", "trained_on", "pixels", "profile"}
    closed |= {"validated_on", "slug", "schema", "dataset", "graded_model"}
    closed |= {"at", "by", "action", "evidence", "effect"}
    closed |= {"confidence"} if isinstance(value, dict) and "effect" in value else set()
    if isinstance(value, dict):
        return {k: v if k in closed else attacked(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [attacked(one) for one in value]
    return value + ATTACK if isinstance(value, str) else value


def hostile() -> Case:
    """The attack in every text that is not an enumeration."""
    made, found, known, lab = wrong()
    assert found is not None
    crash = {"type": "E", "message": "m", "traceback": "t\nu", "file": "f.py", "line": 3}
    document = found.document() | {"claims": found.claims.model_dump() | {"crash": crash}}
    document["source"]["code"] = [{"file": "f.py", "text": f"x = 1  # {ATTACK[:140]}"}]
    for one in document["measurements"]["layers"]:
        one["module"], one["line"] = "encoder", {"file": "f.py", "line": 3, "text": "x"}
        one["settings"] = one["settings"] | {"mode": "m"}
    graded = made.document()
    graded["measurements"]["layers"] = document["measurements"]["layers"]
    graded["run"] |= {"outcome": "error", "signal": "SIGSEGV"}
    graded["diagnosis"] = [
        mistake("softmax-before-loss", "ruins", where={"file": "f.py", "line": 1}),
        mistake("rate-too-high", "lowers", where={"file": "g.py", "line": 1, "text": "t"}),
    ]
    graded["reviews"] = [decision(note="n", by=ATTACK[-80:])]
    return (
        Grade.model_validate(
            attacked(graded) | {"schema": 1, "reasons": [ATTACK], "notes": [ATTACK]}
        ),
        Evidence.model_validate(attacked(document) | {"schema": 1}),
        known,
        Assignment.model_validate(attacked(lab.model_dump(mode="json", by_alias=True))),
    )


CASES = {
    "right": right,
    "wrong": wrong,
    "crashed": crashed,
    "faulted": faulted,
    "reviewed": reviewed,
    "diagnosed": diagnosed,
    "hostile": hostile,
}
