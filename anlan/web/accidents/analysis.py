"""The monthly analysis of accidents (统计分析): by month, scope, category, hour and area."""
