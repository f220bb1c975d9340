"""Selfcare: a self-management companion that brings results and questions to both sides before the consultation."""
