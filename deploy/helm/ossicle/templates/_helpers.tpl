{{/* Names, labels, and what every container of the store has. */}}

{{/* A name of a service begins with a letter and has no dots. */}}
{{- define "ossicle.name" -}}
{{- $release := regexReplaceAll "[^a-z0-9-]" .Release.Name "-" -}}
{{- if not (regexMatch "^[a-z]" $release) -}}
{{- $release = printf "r-%s" $release -}}
{{- end -}}
{{- if contains .Chart.Name $release -}}
{{- $release | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" $release .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Whether the store itself has a certificate. */}}
{{- define "ossicle.scheme" -}}
{{- if .Values.settings.OSSICLE_TLS_CERT -}}https{{- else -}}http{{- end -}}
{{- end -}}

{{- define "ossicle.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: node
{{- end -}}

{{- define "ossicle.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Where clients and applications reach the store. */}}
{{- define "ossicle.url" -}}
{{- $inside := printf "%s://%s.%s:%v" (include "ossicle.scheme" .) (include "ossicle.name" .) .Release.Namespace .Values.service.port -}}
{{- .Values.advertisedUrl | default $inside -}}
{{- end -}}

{{- define "ossicle.image" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end -}}

{{- define "ossicle.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "ossicle.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* The pod of a store or a node. */}}
{{- define "ossicle.pod" -}}
automountServiceAccountToken: false
# The drain, thirty seconds for requests under way, and a margin.
terminationGracePeriodSeconds: {{ add .Values.drainSeconds 50 }}
securityContext:
  {{- include "ossicle.podSecurity" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: ossicle
    {{- include "ossicle.image" . | nindent 4 }}
    args: [serve]
    {{- with .Values.existingSecret }}
    envFrom: [{ secretRef: { name: {{ . | quote }} } }]
    {{- end }}
    env:
      - { name: OSSICLE_HOST, value: "0.0.0.0" }
      - { name: OSSICLE_PORT, value: "9650" }
      - { name: OSSICLE_ADMIN_HOST, value: "0.0.0.0" }
      - { name: OSSICLE_ADMIN_PORT, value: "9651" }
      - { name: OSSICLE_ADMIN_METRICS, value: open }
      - { name: OSSICLE_ADVERTISED_URL, value: {{ include "ossicle.url" . | quote }} }
      - { name: OSSICLE_DRAIN, value: {{ .Values.drainSeconds | quote }} }
      {{- if not .Values.cluster.enabled }}
      - { name: OSSICLE_DATA, value: /data }
      {{- end }}
      {{- if and .Values.ingress.enabled .Values.ingress.buckets }}
      - { name: OSSICLE_BASE_DOMAINS, value: {{ .Values.ingress.host | quote }} }
      {{- end }}
      {{- range $name, $value := .Values.settings }}
      {{- /* A file's whole numbers arrive as floating-point ones. */}}
      - { name: {{ $name }}, value: {{ (kindIs "float64" $value | ternary (printf "%.0f" $value) $value) | quote }} }
      {{- end }}
    ports:
      - { name: oss, containerPort: 9650 }
      - { name: admin, containerPort: 9651 }
    # Not ready while it drains, and while it cannot reach its database.
    readinessProbe:
      httpGet: { path: /_ossicle/health, port: oss, scheme: {{ include "ossicle.scheme" . | upper }} }
      periodSeconds: 2
      failureThreshold: 2
    # Only whether the process answers: a restart does not help a node whose database is away.
    livenessProbe:
      tcpSocket: { port: oss }
      periodSeconds: 10
      failureThreshold: 6
    # A store that was not closed reads its log first.
    startupProbe:
      tcpSocket: { port: oss }
      periodSeconds: 1
      failureThreshold: 300
    resources:
      {{- toYaml .Values.resources | nindent 6 }}
    securityContext:
      {{- include "ossicle.containerSecurity" . | nindent 6 }}
    volumeMounts:
      - { name: temporary, mountPath: /tmp }
      {{- if not .Values.cluster.enabled }}
      - { name: data, mountPath: /data }
      {{- end }}
      {{- range $at, $name := .Values.secretFiles }}
      - { name: secret-{{ $at }}, mountPath: {{ printf "/secrets/%s" $name | quote }}, readOnly: true }
      {{- end }}
volumes:
  # In a cluster: parts of uploads on their way to the S3 store, up to 16 MiB for each upload.
  - name: temporary
    emptyDir: { sizeLimit: 4Gi }
  {{- range $at, $name := .Values.secretFiles }}
  - name: secret-{{ $at }}
    secret: { secretName: {{ $name | quote }} }
  {{- end }}
{{- end -}}
