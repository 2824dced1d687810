import Config
config :logger, handle_sasl_reports: System.get_env("SASL") != nil, level: :debug

config :logger, :console,
  colors: [enabled: System.get_env("COLOURS") != nil],
  format: System.get_env("LOG_FORMAT", "\n$time $metadata[$level] $message\n"),
  metadata: if(System.get_env("LOG_META"), do: [:request_id, :pid, :mfa, :user], else: [])
