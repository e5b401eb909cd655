"""The service: schedules visits, keeps what they bring, exposes it to Prometheus."""
