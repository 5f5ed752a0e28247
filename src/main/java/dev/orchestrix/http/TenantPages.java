package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.auth.Keys;
import dev.orchestrix.core.limit.PauseKind;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.time.Durations;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.RetentionRange;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantQuotas;
import dev.orchestrix.tenant.Tenants;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /tenants}: the tenants and their limits. */
final class TenantPages {
  static final String EXPECTED_ID =
      "expected 1 to 64 characters of a-z 0-9 _ -, the first a letter or digit";

  private final Tenants tenants;
  private final Pauses pauses;
  private final RetentionRange retention;
  private final Keys keys;
  private final Budget budget;
  private final int maxBody;
  private final Failures failures;

  TenantPages(Rules rules, Keys keys, Budget budget, int maxBody, Failures failures) {
    this.keys = keys;
    this.tenants = rules.tenants();
    this.pauses = rules.pauses();
    this.retention = rules.retention();
    this.budget = budget;
    this.maxBody = maxBody;
    this.failures = failures;
  }

  static Problem unknown(String tenant) {
    return Problem.of(ProblemCode.TENANT_NOT_FOUND, "there is no tenant " + tenant);
  }

  static Problem leaving(String tenant) {
    return Problem.of(
        ProblemCode.TENANT_DELETING,
        "tenant " + tenant + " is being deleted and takes nothing more");
  }

  /** All tenants, by id. */
  void list(RoutingContext context) {
    if (acceptable(context)) {
      tenants
          .list()
          .map(all -> all.stream().filter(it -> Door.caller(context).covers(it.id())).toList())
          .onSuccess(all -> Answers.json(context.response(), 200, json(all)))
          .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
    }
  }

  /** One tenant. */
  void one(RoutingContext context) {
    var id = id(context);
    if (!acceptable(context)) {
      return;
    }
    if (!Tenant.isId(id)) {
      Answers.problem(context.response(), unknown(Violations.shown(id)));
      return;
    }
    tenants
        .find(id)
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    tenant -> answer(context, tenant),
                    () -> Answers.problem(context.response(), unknown(id))))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  /** Makes a tenant, or changes its limits. */
  void put(RoutingContext context) {
    var id = id(context);
    if (!Tenant.isId(id)) {
      Answers.problem(context.response(), Problem.of(ProblemCode.INVALID_ID, EXPECTED_ID));
    } else if (acceptable(context)) {
      BodyReader.json(context.request(), maxBody, budget)
          .onSuccess(
              body -> {
                switch (body) {
                  case Body.Refused(var problem) -> Answers.problem(context.response(), problem);
                  case Body.Whole(var bytes) -> put(context, id, bytes);
                }
              });
    }
  }

  private void put(RoutingContext context, String id, Buffer body) {
    budget.give(body.length());
    switch (TenantReader.read(body.getBytes(), id, retention)) {
      case TenantReader.Refused(var problem) -> Answers.problem(context.response(), problem);
      case TenantReader.Read(var tenant) ->
          tenants
              .find(id)
              .compose(
                  before ->
                      tenants
                          .put(tenant)
                          .onSuccess(it -> it.ifPresent(now -> note(context, before, now))))
              .onSuccess(
                  stored ->
                      stored.ifPresentOrElse(
                          it -> answer(context, it),
                          () -> Answers.problem(context.response(), leaving(id))))
              .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
    }
  }

  /** Begins to delete a tenant with all that is its own. */
  void delete(RoutingContext context) {
    var id = id(context);
    if (id.equals(Tenant.DEFAULT) || id.equals(KeyReader.ALL_TENANTS)) {
      Answers.problem(
          context.response(),
          Problem.of(
              ProblemCode.TENANT_STAYS,
              id.equals(Tenant.DEFAULT)
                  ? "default is the tenant of whoever names none"
                  : "* is all tenants; delete one after the other"));
    } else if (acceptable(context)) {
      tenants
          .leave(id)
          .compose(left -> keys.read().map(left))
          .onSuccess(
              left ->
                  left.ifPresentOrElse(
                      it -> {
                        note(context, Optional.empty(), it);
                        answer(context, 202, it);
                      },
                      () -> Answers.problem(context.response(), unknown(Violations.shown(id)))))
          .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
    }
  }

  private void note(RoutingContext context, Optional<Tenant> before, Tenant now) {
    Trail.changed(
        context,
        now.id(),
        now.id(),
        before.<JsonBody.Members>map(was -> out -> write(out, was)).orElse(null),
        out -> write(out, now));
  }

  private static String id(RoutingContext context) {
    return Objects.requireNonNullElse(context.pathParam("id"), "");
  }

  private static boolean acceptable(RoutingContext context) {
    var problem = new QueryReader(context.queryParams(), Set.of()).problem();
    problem.ifPresent(found -> Answers.problem(context.response(), found));
    return problem.isEmpty();
  }

  private void answer(RoutingContext context, Tenant tenant) {
    answer(context, 200, tenant);
  }

  private void answer(RoutingContext context, int status, Tenant tenant) {
    Answers.json(context.response(), status, JsonBody.of(out -> write(out, tenant)));
  }

  private Buffer json(List<Tenant> all) {
    return JsonBody.of(
        out -> {
          out.writeArrayFieldStart("items");
          for (var tenant : all) {
            out.writeStartObject();
            write(out, tenant);
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  private void write(JsonGenerator out, Tenant tenant) throws IOException {
    out.writeStringField("id", tenant.id());
    out.writeStringField("state", tenant.leaving() ? "deleting" : "active");
    out.writeNumberField("weight", tenant.weight());
    out.writeBooleanField("paused", pauses.paused(PauseKind.TENANT, tenant.id()).isPresent());
    var limits = tenant.limits();
    if (limits == null) {
      out.writeNullField("limits");
    } else {
      out.writeObjectFieldStart("limits");
      write(out, limits.rate(), limits.running());
      out.writeEndObject();
    }
    writeQuotas(out, tenant.quotas());
    var kept = tenant.retention();
    out.writeStringField("retention", kept == null ? null : Durations.format(kept));
  }

  private static void writeQuotas(JsonGenerator out, TenantQuotas quotas) throws IOException {
    out.writeObjectFieldStart("quotas");
    writeQuota(out, "pending", quotas.pending());
    writeQuota(out, "per_day", quotas.perDay());
    writeQuota(out, "bytes", quotas.bytes());
    writeQuota(out, "payload_bytes", quotas.payloadBytes());
    out.writeEndObject();
  }

  private static void writeQuota(JsonGenerator out, String name, @Nullable Number quota)
      throws IOException {
    if (quota != null) {
      out.writeNumberField(name, quota.longValue());
    }
  }

  /** What is limited; fields of what is not are left out. */
  static void write(JsonGenerator out, @Nullable RateLimit rate, @Nullable Integer running)
      throws IOException {
    if (rate != null) {
      out.writeNumberField("rate", rate.rate());
      out.writeNumberField("burst", rate.burst());
    }
    if (running != null) {
      out.writeNumberField("running", running);
    }
  }
}
