// The words by which the engines of trading say what they are and can; others may use their own.

export const ROLES = [
  "data_provider",
  "data_processor",
  "analytics",
  "risk_management",
  "trading_execution",
  "portfolio_management",
  "market_analysis",
  "quantum_computing",
  "machine_learning",
  "physics_simulation",
] as const;

export const CAPABILITIES = [
  "real_time_streaming",
  "batch_processing",
  "feature_engineering",
  "risk_calculation",
  "portfolio_optimization",
  "market_microstructure",
  "ml_inference",
  "quantum_optimization",
  "physics_simulation",
  "high_frequency_trading",
  "backtesting",
  "strategy_execution",
  "factor_calculation",
  "volatility_modeling",
  "derivative_pricing",
  "collateral_management",
] as const;
