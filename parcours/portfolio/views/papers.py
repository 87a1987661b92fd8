"""The CV and the papers to take away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from parcours.portfolio.choices import Part
from parcours.portfolio.forms.telling import CvForm
from parcours.portfolio.models import Cv
from parcours.portfolio.papers.files import paper_file
from parcours.portfolio.papers.gather import cv_paper
from parcours.portfolio.views.owner import own, page, trail


@require_http_methods(["GET", "HEAD", "POST"])
def cv(request: HttpRequest) -> HttpResponse:
    """What of my portfolio an employer reads: looked at here, taken away as a file."""
    portfolio = own(request)
    row = Cv.objects.filter(portfolio=portfolio).first() or Cv(portfolio=portfolio)
    form = CvForm(request.POST or None, instance=row, language=portfolio.language)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("portfolio:cv")
    context = {"form": form, "paper": cv_paper(portfolio), "trail": trail(Part.CV.label)}
    return page(request, "portfolio/cv.html", portfolio, context, status=422 if form.errors else 200)


@require_safe
def paper(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """A file, made now from what stands now; kept nowhere."""
    found = paper_file(own(request), what, form)
    if found is None:
        raise Http404
    content, kind = found
    headers = {"Content-Disposition": f'attachment; filename="{what}.{form}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
