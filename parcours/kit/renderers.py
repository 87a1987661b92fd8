"""How forms look: the house's templates for Django's own form rendering (setting FORM_RENDERER)."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """`{{ form }}` prints the error summary and each field with label, hint and errors."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"
