from django.urls import path

from parcours.network.views import office, public

app_name = "network"
urlpatterns = [
    path("", public.index, name="index"),
    path("organisations.csv", public.organisations_csv, name="csv"),
    path("ties.csv", public.ties_csv, name="ties-csv"),
    path("change/", public.changed, name="change"),
    path("organisations/<slug:key>/", public.organisation, name="organisation"),
    path("office/", office.office, name="office"),
    path("office/organisations.csv", office.brokers_csv, name="office-csv"),
    path("office/organisations.xlsx", office.brokers_xlsx, name="office-xlsx"),
]
