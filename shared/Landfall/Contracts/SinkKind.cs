namespace Landfall.Contracts;

/// <summary>The warehouses there are.</summary>
public enum SinkKind { Postgres, BigQuery }
