//! Registers: policies and lessons.
