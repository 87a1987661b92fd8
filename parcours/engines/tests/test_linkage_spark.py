"""The same settings on Spark: a nation's records are linked as a territory's are."""

import os
import random
import shutil

import pytest

from bench._organisations import directory, second_source
from parcours.engines.linkage import find_pairs

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark():
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("no Java on this machine: Spark needs one")
    sql = pytest.importorskip("pyspark.sql")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    session = sql.SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_both_engines_find_the_same_pairs_for_the_same_reasons(spark):
    rng = random.Random(94)
    register = directory(130, rng)
    records, _truth = second_source(register, 70, rng)
    here = find_pairs(records, kind="organisation", against=register, threshold=0.01)
    there = find_pairs(records, kind="organisation", against=register, threshold=0.01, spark=spark)
    assert [(pair.left, pair.right, pair.reasons) for pair in there] == [
        (pair.left, pair.right, pair.reasons) for pair in here
    ]
    assert [pair.probability for pair in there] == pytest.approx([pair.probability for pair in here], abs=1e-6)
    assert len(here) > 40


def test_a_session_serves_again_for_another_kind(spark):
    records = [
        {"id": 1, "name": "Cours de français", "organisation": "Ligue (LDH)", "themes": ["french"], "commune": "Orly"},
        {"id": 2, "name": "Cours de francais", "organisation": "LDH Ligue", "themes": ["french"], "commune": "Orly"},
    ]
    here, there = (find_pairs(records, kind="service", threshold=0, spark=engine) for engine in (None, spark))
    assert [(pair.left, pair.right, pair.reasons) for pair in here] == [
        (pair.left, pair.right, pair.reasons) for pair in there
    ]
    assert len(here) == 1
