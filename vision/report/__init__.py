"""Reports for people: the contact sheet, the plain-text summary, and the demo that shows both."""
