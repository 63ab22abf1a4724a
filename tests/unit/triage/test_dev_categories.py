"""Learnt from half of the real appeals, tried on the other half. A linear SVM on TF-IDF of characters and pairs of them
has 0.81 and 0.79 on these five splits."""

import random
import statistics

from bot.triage.learning import Score, evaluate, train


def test_categories_are_learnt_better_than_by_a_plain_svm(appeals: list[dict[str, str]]) -> None:
    rows = [(f"{row['subject']}\n{row['text']}", row["category"]) for row in appeals]
    scores = [_of_one_half(rows, seed) for seed in range(5)]
    assert statistics.mean(score.accuracy for score in scores) > 0.85
    assert statistics.mean(score.macro_f1 for score in scores) > 0.84


def _of_one_half(rows: list[tuple[str, str]], seed: int) -> Score:
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    half = len(order) // 2
    return evaluate(train([rows[i] for i in order[:half]]), [rows[i] for i in order[half:]])
