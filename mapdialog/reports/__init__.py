"""Files the planner takes home: content first, format after."""
