package com.firstspawn.plugin;

import java.util.Map;

/** The server said no, and will again: {@code code} tells why, {@code problem} all of it. */
public final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    public final int status;
    public final String code;
    public final transient Map<String, Object> problem;

    Refused(int status, Map<String, Object> problem) {
        super(status + " " + problem.get("code") + ": " + problem.get("detail"));
        this.status = status;
        this.code = String.valueOf(problem.get("code"));
        this.problem = problem;
    }
}
