"""The figures that every peer prints, computed in one way."""

import json
import time

OUT_OF_SCOPE = "out_of_scope"


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [(row["text"], row["intent"]) for row in map(json.loads, lines)]


def auroc(scores, foreign):
    """How often a message of no intent has the lower score; ties count half."""
    if not any(foreign) or all(foreign):
        return None
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    ranks, i = [0.0] * len(scores), 0
    while i < len(order):
        j = i
        while j < len(order) and scores[order[j]] == scores[order[i]]:
            j += 1
        for k in range(i, j):
            ranks[order[k]] = (i + j + 1) / 2
        i = j
    inside = [ranks[i] for i in range(len(scores)) if not foreign[i]]
    outside = len(scores) - len(inside)
    return (sum(inside) - len(inside) * (len(inside) + 1) / 2) / (len(inside) * outside)


def calibration_error(confidences, right):
    """Ten bins of equal mass."""
    order = sorted(range(len(confidences)), key=lambda i: confidences[i])
    error = 0.0
    for part in range(10):
        rows = order[len(order) * part // 10 : len(order) * (part + 1) // 10]
        if rows:
            gap = sum(confidences[i] for i in rows) - sum(right[i] for i in rows)
            error += abs(gap) / len(order)
    return error


def macro_f1(pairs):
    labels = {gold for gold, _ in pairs}
    total = 0.0
    for label in labels:
        hit = sum(gold == label == said for gold, said in pairs)
        said = sum(said == label for _, said in pairs)
        gold = sum(gold == label for gold, _ in pairs)
        total += 2 * hit / (said + gold) if said + gold else 0.0
    return total / len(labels) if labels else 0.0


def report(train, test, classify, train_seconds, probabilities):
    """`classify` gives label and score for one text, and the score of the class `out_of_scope`, or None where it was not trained: where it
    was, that is what tells foreign texts; `probabilities`: whether scores are probabilities."""
    known = {label for _, label in train} - {OUT_OF_SCOPE}
    times, said = [], []
    for text, _ in test:
        started = time.perf_counter()
        said.append(classify(text))
        times.append(time.perf_counter() - started)
    times.sort()
    inside = [(gold, label, score) for (_, gold), (label, score, _) in zip(test, said) if gold in known]
    familiar = [score if foreign is None else -foreign for _, score, foreign in said]
    right = [gold == label for gold, label, _ in inside]
    print(json.dumps({
        "accuracy": sum(right) / len(right),
        "macro_f1": macro_f1([(gold, label) for gold, label, _ in inside]),
        "oos_auroc": auroc(familiar, [gold not in known for _, gold in test]),
        "ece": calibration_error([score for _, _, score in inside], right) if probabilities else None,
        "train_seconds": train_seconds,
        "p50_us": times[len(times) // 2] * 1e6,
        "p99_us": times[len(times) * 99 // 100] * 1e6,
    }))
