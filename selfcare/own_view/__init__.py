"""The person's own view beside what a professional wrote: a note, a contact. Both stand as equals."""
