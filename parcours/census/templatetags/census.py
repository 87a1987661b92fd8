"""`{% load census %}`: how the office's lists write a record's values."""

from django import template

from parcours.directory.wording import shown_phone

register = template.Library()
register.filter("phone", shown_phone)
