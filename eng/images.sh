# shellcheck shell=bash
# The images of the services, for test.sh. Source it after common.sh.
#
#   images_can_be_built                         whether Docker answers, can build them, and has or gets what they are built on
#   image_build Cities.Api TAG [OPTION...]      builds one; options are those of docker build
#   image_files TAG PATH FOLDER                 copies what is at a path of one into a folder that is not there yet

# What the Dockerfiles name.
images_bases=(
  mcr.microsoft.com/dotnet/sdk:10.0-noble mcr.microsoft.com/dotnet/sdk:10.0-noble-aot mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled)

images_can_be_built() {
  local image
  docker_answers && [[ -n $(images_docker) ]] || return 1
  for image in "${images_bases[@]}"; do
    docker image inspect "$image" >/dev/null 2>&1 || timeout 600 docker pull --quiet "$image" >/dev/null 2>&1 || return 1
  done
}

# A docker command with BuildKit, which mounts caches and knows the platform of the build: an old one has it built in, and
# newer ones as the plug-in buildx.
images_docker() {
  local docker version
  # Forgetting first: bash would name the one that it ran last, and no other.
  for docker in $(hash -r && type -aP docker); do
    version=$("$docker" --version 2>/dev/null)
    [[ $version =~ version\ ([0-9]+) ]] || continue
    if ((BASH_REMATCH[1] < 23)) || "$docker" buildx version >/dev/null 2>&1; then
      say "$docker"
      return
    fi
  done
}

image_build() {
  local project=$1 tag=$2 docker
  shift 2
  docker=$(images_docker)
  DOCKER_BUILDKIT=1 "${docker:?no docker command has BuildKit}" build --quiet --file "$project/Dockerfile" --tag "$tag" \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null)" "$@" . >/dev/null
}

image_files() {
  local container
  container=$(docker create "$1")
  docker cp "$container:$2" "$3" >/dev/null
  docker rm "$container" >/dev/null
}
