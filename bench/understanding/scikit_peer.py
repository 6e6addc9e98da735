"""scikit-learn: TF-IDF of words and characters with a linear classifier. Arguments: svc|logistic, C, language, train, test."""

import sys
import time

import jieba
import measure
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

kind, cost, language, train, test = sys.argv[1:]
jieba.setLogLevel(60)
if language == "zh":
    words = TfidfVectorizer(analyzer="word", tokenizer=jieba.lcut, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
else:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
classifier = LinearSVC(C=float(cost)) if kind == "svc" else LogisticRegression(C=float(cost), max_iter=1000)
model = make_pipeline(make_union(words, characters), classifier)
train, test = measure.read(train), measure.read(test)
started = time.perf_counter()
model.fit([text for text, _ in train], [label for _, label in train])
seconds = time.perf_counter() - started
score = model.decision_function if kind == "svc" else model.predict_proba
out = next((i for i, label in enumerate(model.classes_) if label == measure.OUT_OF_SCOPE), None)


def classify(text):
    scores = score([text])[0]
    best = scores.argmax()
    return model.classes_[best], float(scores[best]), None if out is None else float(scores[out])


measure.report(train, test, classify, seconds, probabilities=kind != "svc")
