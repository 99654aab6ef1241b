module consumer {
    requires dev.seawall;
    requires dev.seawall.circuitbreaker;
    requires dev.seawall.retry;
}
