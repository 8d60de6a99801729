"""From source to derivative program. LibCST lives here and nowhere else."""
