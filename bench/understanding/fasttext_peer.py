"""fastText, supervised, with word and character n-grams. Arguments: language, train, test."""

import sys
import tempfile
import time

import fasttext
import jieba
import measure

language, train, test = sys.argv[1:]
jieba.setLogLevel(60)
fasttext.FastText.eprint = lambda _: None


def words(text):
    return " ".join(jieba.cut(text)) if language == "zh" else text.lower().replace("\n", " ")


train, test = measure.read(train), measure.read(test)
with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
    file.writelines(f"__label__{label.replace(' ', '_')} {words(text)}\n" for text, label in train)
    file.flush()
    started = time.perf_counter()
    few = len(train) < 3000
    model = fasttext.train_supervised(
        file.name, lr=0.5, epoch=100 if few else 25, wordNgrams=2, minn=2, maxn=5, dim=100, bucket=200_000, verbose=0, thread=2
    )
    seconds = time.perf_counter() - started

foreign = any(label == measure.OUT_OF_SCOPE for _, label in train)


def classify(text):
    # The wrapper's own `predict` does not work with every version of numpy.
    (probability, label), *rest = model.f.predict(words(text) + "\n", -1 if foreign else 1, 0.0, "strict")
    found = [p for p, name in [(probability, label), *rest] if name == f"__label__{measure.OUT_OF_SCOPE}"]
    return label.removeprefix("__label__"), float(probability), float(sum(found)) if foreign else None


measure.report(train, test, classify, seconds, probabilities=True)
