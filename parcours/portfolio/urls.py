from django.urls import path

from parcours.portfolio.views import owner

app_name = "portfolio"

urlpatterns = [
    path("", owner.mine, name="mine"),
]
