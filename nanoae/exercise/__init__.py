"""For learners and teachers: the zoo of planted bugs."""
