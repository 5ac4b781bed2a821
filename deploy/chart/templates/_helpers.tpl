{{- define "durable-checkout.labels" -}}
app.kubernetes.io/name: durable-checkout
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: durable-checkout
{{- end }}

{{- define "durable-checkout.allLabels" -}}
{{ include "durable-checkout.labels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "durable-checkout.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "durable-checkout.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "durable-checkout.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* What every process is told, beside what is its own. */}}
{{- define "durable-checkout.environment" -}}
{{- $values := .Values -}}
{{- $all := dict "HOST" "0.0.0.0" "METRICS_PORT" "9090" -}}
{{- if eq $values.transport.mode "tls" -}}
{{- $_ := set $all "TLS_CERT_FILE" "/run/certificate/tls.crt" -}}
{{- $_ := set $all "TLS_KEY_FILE" "/run/certificate/tls.key" -}}
{{- $_ := set $all "NODE_EXTRA_CA_CERTS" "/run/certificate/ca.crt" -}}
{{- $_ := set $all "ALLOW_CLEAR_TEXT" "TEMPORAL_METRICS_PORT" -}}
{{- else -}}
{{- $_ := set $all "ALLOW_CLEAR_TEXT" "true" -}}
{{- end -}}
{{- toYaml (merge (deepCopy $values.environment) $all) -}}
{{- end }}

{{- define "durable-checkout.temporalEnvironment" -}}
{{- $temporal := .Values.temporal -}}
{{- $all := dict "TEMPORAL_ADDRESS" $temporal.address "TEMPORAL_NAMESPACE" $temporal.namespace -}}
{{- if $temporal.tls -}}{{- $_ := set $all "TEMPORAL_TLS" "true" -}}{{- end -}}
{{- toYaml $all -}}
{{- end }}

{{/* The volumes of secrets and certificate, and where they are seen. */}}
{{- define "durable-checkout.volumes" -}}
- name: secrets
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
{{- if eq .root.Values.transport.mode "tls" }}
- name: certificate
  secret:
    secretName: {{ .root.Values.transport.certificateSecret }}
    defaultMode: 0440
{{- end }}
{{- end }}

{{- define "durable-checkout.mounts" -}}
- name: secrets
  mountPath: /run/secrets/durable-checkout
  readOnly: true
{{- if eq .Values.transport.mode "tls" }}
- name: certificate
  mountPath: /run/certificate
  readOnly: true
{{- end }}
{{- end }}

{{/* Variables as a container has them, in the order of their names. */}}
{{- define "durable-checkout.variables" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Connections to the database that all roles may open together, with those of a process that replaces another. */}}
{{- define "durable-checkout.connections" -}}
{{- $values := .Values -}}
{{- $sum := 0 -}}
{{- range $role := (.Files.Get "files/roles.json" | fromJson).roles -}}
{{- $own := index $values.roles $role.name | default dict -}}
{{- $size := int (dig "environment" "DATABASE_POOL_SIZE" $role.connections $own) -}}
{{- $processes := int (dig "replicas" $values.replicas $own) -}}
{{- if $role.single -}}
{{- $processes = min 1 (int (dig "replicas" 1 $own)) -}}
{{- else -}}
{{- if and $values.autoscaling.enabled (or $role.taskQueue (gt (len $role.queues) 0)) -}}
{{- $processes = max $processes (int (dig "maximumReplicas" $values.autoscaling.maximumReplicas $own)) -}}
{{- end -}}
{{- $processes = add $processes 1 -}}
{{- end -}}
{{- if gt (int $role.connections) 0 -}}{{- $sum = add $sum (mul $size $processes) -}}{{- end -}}
{{- end -}}
{{- $sum -}}
{{- end }}
