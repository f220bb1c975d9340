"""The proofs of what the server promises, each with a control that must fail (docs/decisions/0052, `make proof`)."""
