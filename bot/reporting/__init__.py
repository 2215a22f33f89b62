"""What a programme can say of itself: indicators, groups, small cells, surveys. Pure: counts come in, tables go out."""
