"""Who is in a class: people, their names and identifiers, and the tables that list them."""
