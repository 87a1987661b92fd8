from django.urls import path

from parcours.survey.views import coding, crossings, results

app_name = "survey"

urlpatterns = [
    path("waves/<slug:key>/results/", results.results, name="results"),
    path("waves/<slug:key>/results.csv", results.results_as_csv, name="results-csv"),
    path("waves/<slug:key>/results.xlsx", results.results_as_xlsx, name="results-xlsx"),
    path("waves/<slug:key>/results.pdf", results.results_as_pdf, name="results-pdf"),
    path("waves/<slug:key>/results/since/<slug:earlier>/", results.compare, name="compare"),
    path("waves/<slug:key>/codebook/", results.codebook, name="codebook"),
    path("waves/<slug:key>/codebook.csv", results.codebook_as_csv, name="codebook-csv"),
    path("waves/<slug:key>/codebook.xlsx", results.codebook_as_xlsx, name="codebook-xlsx"),
    path("waves/<slug:key>/crossings/", crossings.crossings, name="crossings"),
    path("waves/<slug:key>/crossings/<int:pk>/withdraw/", crossings.withdraw, name="crossing-withdraw"),
    path("waves/<slug:key>/raw/", crossings.raw, name="raw"),
    path("waves/<slug:key>/coding/", coding.questions, name="coding"),
    path("waves/<slug:key>/coding/<str:name>/", coding.codes, name="codes"),
    path("waves/<slug:key>/coding/<str:name>/<int:pk>/", coding.code, name="code"),
    path("waves/<slug:key>/coding/<str:name>/answer/", coding.answer, name="code-answer"),
    path("waves/<slug:key>/coding/<str:name>/agreement/", coding.agreement, name="agreement"),
    path("waves/<slug:key>/coding/<str:name>/settle/", coding.settle, name="settle"),
]
