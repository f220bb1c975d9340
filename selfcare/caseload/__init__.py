"""The caseload: a key contact's people, in the order contact is due. It has no tables of its own."""
