import pytest
from parcours.survey.tests import answered as make
pytestmark = pytest.mark.django_db
def test_smoke(client):
    wave = make.wave(); make.actors(wave)
    for end in ("results/","results.csv","results.xlsx","results.pdf","codebook/","codebook.csv","codebook.xlsx"):
        r = client.get(f"/fr/survey/waves/{wave.key}/{end}")
        assert r.status_code == 200, end
        if end=="results/": print(r.content.decode()); print(len(r.content))
        if end=="results.csv": print(r.content.decode())
