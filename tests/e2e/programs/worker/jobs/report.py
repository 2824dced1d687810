def average(rows):
    total = sum(
        row for row in rows
    )
    return total / len(rows)
