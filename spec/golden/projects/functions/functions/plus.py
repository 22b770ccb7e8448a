def main(x):
    return x + {{ var('factor') }}
